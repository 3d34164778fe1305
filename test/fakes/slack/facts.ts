/** The arguments that Slack's methods accept, as schemas. Source: docs.slack.dev/reference ("methods/…"). */
import * as z from 'zod';
import { fact, rule, text, unused } from '../facts.ts';
import { BLOCKS, VIEW } from './block-facts.ts';

const channel = z.string().min(1);
const ts = z.string().regex(/^\d{10}\.\d{6}$/);
/** Cut at 4000 characters, rejected beyond 40,000 ("msg_too_long", changelog/2018-04-truncating-really-long-messages). */
const said = {
	text: text(0, 40_000).optional(),
	blocks: BLOCKS.optional(),
	attachments: unused,
	parse: z.enum(['none', 'full']).optional(),
	link_names: z.boolean().optional(),
	metadata: unused,
	markdown_text: unused,
};
const unfolding = { unfurl_links: z.boolean().optional(), unfurl_media: z.boolean().optional() };
const saysSomething = rule<{ text?: string; blocks?: readonly object[] }>(
	'one of text, blocks and attachments',
	({ text: words = '', blocks = [] }) => words !== '' || blocks.length > 0,
);

/** The schema for each method of the Web API that the bot calls, and for a response_url. */
export const ARGUMENTS: Readonly<Record<string, z.ZodType>> = {
	'apps.connections.open': fact('methods/apps.connections.open', {}),
	'auth.test': fact('methods/auth.test', {}),
	'chat.postMessage': fact('methods/chat.postMessage', {
		...said,
		...unfolding,
		channel,
		thread_ts: ts.optional(),
		reply_broadcast: z.boolean().optional(),
		mrkdwn: z.boolean().optional(),
	}).superRefine(saysSomething),
	'chat.postEphemeral': fact('methods/chat.postEphemeral', {
		...said,
		channel,
		user: z.string().min(1),
		thread_ts: ts.optional(),
	}).superRefine(saysSomething),
	'chat.update': fact('methods/chat.update', {
		...said,
		channel,
		ts,
		file_ids: unused,
		reply_broadcast: z.boolean().optional(),
	}).superRefine(saysSomething),
	'chat.delete': fact('methods/chat.delete', { channel, ts }),
	'chat.getPermalink': fact('methods/chat.getPermalink', { channel, message_ts: ts }),
	'conversations.info': fact('methods/conversations.info', {
		channel,
		include_locale: unused,
		include_num_members: unused,
	}),
	'files.completeUploadExternal': fact('methods/files.completeUploadExternal', {
		files: z
			.array(fact('methods/files.completeUploadExternal', { id: z.string(), title: z.string().optional() }))
			.min(1),
		channel_id: channel.optional(),
		channels: unused,
		thread_ts: ts.optional(),
		initial_comment: z.string().optional(),
		blocks: unused,
	}),
	'files.delete': fact('methods/files.delete', { file: z.string() }),
	'files.getUploadURLExternal': fact('methods/files.getUploadURLExternal', {
		filename: text(1, 255),
		length: z.coerce.number().int().min(1),
		alt_txt: text(0, 1000).optional(),
		snippet_type: z.string().optional(),
	}),
	'files.info': fact('methods/files.info', { file: z.string(), cursor: unused, limit: unused }),
	'usergroups.users.list': fact('methods/usergroups.users.list', { usergroup: z.string(), include_disabled: unused }),
	'users.info': fact('methods/users.info', { user: z.string(), include_locale: unused }),
	'views.open': fact('methods/views.open', { trigger_id: z.string(), view: VIEW }),
	response_url: fact('interactivity/handling-user-interaction#message_responses', {
		...said,
		thread_ts: ts.optional(),
		response_type: z.enum(['in_channel', 'ephemeral']).optional(),
		replace_original: z.boolean().optional(),
		delete_original: z.boolean().optional(),
		...unfolding,
	}).superRefine(saysSomething),
};
