/** Fakes the parts of Slack's Web API that the bot uses. */
import { ARGUMENTS } from './facts.ts';
import { APP, BOT_USER, type FakeBlock, type FakeFile, type FakeMessage, TEAM, type World } from './world.ts';

// biome-ignore lint/suspicious/noExplicitAny: unchecked arguments
export type Args = Record<string, any>;

/** An error in Slack's words. */
export class Refusal extends Error {
	readonly more: object;

	constructor(error: string, more: object = {}) {
		super(error);
		this.more = more;
	}
}

/** Checks a call's arguments against the documentation. */
export function hold(world: World, method: string, args: Args): void {
	const refusal = world.violations.check(method, ARGUMENTS[method], args);
	if (refusal === undefined) return;
	const messages = { response_metadata: { messages: [`[ERROR] ${refusal}`] } };
	if (refusal.startsWith('blocks')) throw new Refusal('invalid_blocks', messages);
	if (refusal.startsWith('text')) throw new Refusal('msg_too_long');
	throw new Refusal(refusal.startsWith('the whole') ? 'no_text' : 'invalid_arguments', messages);
}

/**
 * @param token the caller's
 * @returns the answer without `ok`
 */
export function call(world: World, origin: string, method: string, args: Args, token: string): object {
	const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
	if (!run) throw new Refusal('unknown_method');
	hold(world, method, args);
	const fault = world.faults.get(method);
	if (fault) {
		const left = (fault.times ?? Number.POSITIVE_INFINITY) - 1;
		if (left > 0) world.faults.set(method, { ...fault, times: left });
		else world.faults.delete(method);
		throw new Refusal(fault.error, { needed: fault.needed });
	}
	return run(world, { ...args, token }, origin);
}

const METHODS: Record<string, (world: World, args: Args, origin: string) => object> = {
	'auth.test': () => ({
		team: 'Class',
		team_id: TEAM,
		user: 'flipside',
		user_id: BOT_USER,
		bot_id: 'B0FLIP',
		app_id: APP,
	}),
	// An app's token opens a socket that gets only that app's events.
	'apps.connections.open': (_world, { token }, origin) => {
		return { url: `${origin.replace('http', 'ws')}/link?app=${token.split('-')[2]}` };
	},

	'chat.postMessage': (world, args) => {
		const message = newMessage(world, args);
		return { channel: message.channel, ts: message.ts };
	},
	'chat.postEphemeral': (world, args) => ({ message_ts: newMessage(world, args, args.user).ts }),
	// Accepts new pictures, but does not show them (slackapi/java-slack-sdk#1441).
	'chat.update': (world, args) => {
		const message = found(world, args);
		const before = message.shows;
		write(world, message, args);
		message.shows = filesIn(message.blocks).filter((file) => before.includes(file));
		return { channel: message.channel, ts: message.ts };
	},
	'chat.delete': (world, args) => {
		found(world, args).deleted = true;
		return {};
	},

	'chat.getPermalink': (world, { channel, message_ts: ts }, origin) => {
		found(world, { channel, ts });
		return { permalink: `${origin}/archives/${channel}/p${ts.replace('.', '')}` };
	},

	'views.open': (world, { trigger_id, view }) => {
		const born = Number(/-(\d+)$/.exec(trigger_id)?.[1]);
		if (!(Date.now() - born < world.triggerMs)) throw new Refusal('expired_trigger_id');
		const opened = { id: world.newId('V'), ...view };
		world.views.push(opened);
		return { view: opened };
	},

	'users.info': (world, { user }) => {
		const known = world.users.find(({ id }) => id === user);
		if (!known) throw new Refusal('user_not_found');
		const { id, name, admin = false, left: deleted = false } = known;
		const profile = { display_name: name };
		return { user: { id, name, deleted, real_name: name, profile, is_admin: admin, is_owner: false } };
	},
	'conversations.info': (world, { channel: id }) => {
		const { kind = 'public', archived = false } = world.channels.get(id) ?? {};
		const scope = kind === 'public' ? 'channels:read' : 'groups:read';
		if (!granted(world, scope)) throw new Refusal('missing_scope', { needed: scope });
		// An app cannot see private channels that it is not in.
		if (!world.channels.has(id) || (kind === 'private' && world.notIn.has(id))) throw new Refusal('channel_not_found');
		const is_member = !world.notIn.has(id);
		return { channel: { id, is_archived: archived, is_private: kind === 'private', is_member } };
	},
	'usergroups.users.list': (world, { usergroup }) => {
		const users = world.groups.get(usergroup);
		if (!users) throw new Refusal('no_such_subteam');
		return { users };
	},

	'files.getUploadURLExternal': (world, { filename, length, alt_text }, origin) => {
		const file = world.addFile({ name: filename, type: '', bytes: new Uint8Array() });
		world.files.set(file.id, { ...file, length: Number(length), altText: alt_text, readyAt: undefined });
		return { upload_url: `${origin}/upload/${file.id}`, file_id: file.id };
	},
	'files.completeUploadExternal': (world, { files, channel_id, thread_ts }) => {
		if (world.notIn.has(channel_id)) throw new Refusal('not_in_channel');
		const complete = files.map(({ id }: { id: string }) => {
			const file = world.files.get(id);
			if (!file || file.bytes.length !== file.length) throw new Refusal('file_not_found');
			file.readyAt = performance.now() + world.lookMs;
			// Sharing silently fails for a file with alt text (slackapi/python-slack-sdk#1818).
			if (file.altText === undefined) Object.assign(file, { channel: channel_id, thread: thread_ts });
			return { id };
		});
		return { files: complete };
	},
	'files.info': (world, { file: id }, origin) => {
		const file = world.files.get(id);
		if (!file || file.deleted) throw new Refusal('file_not_found');
		return { file: fileJson(file, origin) };
	},
	'files.delete': (world, { file: id }) => {
		const file = world.files.get(id);
		if (!file || file.deleted) throw new Refusal('file_not_found');
		file.deleted = true;
		return {};
	},
};

const isReady = ({ readyAt }: FakeFile) => readyAt !== undefined && performance.now() >= readyAt;

/** A file as Slack describes it. */
export function fileJson(file: FakeFile, origin: string): object {
	const { id, name, bytes, type, claims } = file;
	const mimetype = isReady(file) ? type || 'image/png' : '';
	const url_private = `${origin}/files-pri/${id}/${name}`;
	return { id, name, mimetype, size: bytes.length, url_private, shares: sharesJson(file), ...claims };
}

function sharesJson({ shares }: FakeFile): object {
	const found: Record<'public' | 'private', Record<string, { ts: string }[]>> = { public: {}, private: {} };
	for (const { channel, ts } of shares) {
		const kind = found[channel.startsWith('C') ? 'public' : 'private'];
		kind[channel] = [...(kind[channel] ?? []), { ts }];
	}
	return found;
}

/** The users whom rich text mentions. */
const mentionedIn = (blocks: readonly FakeBlock[]) =>
	blocks
		.flatMap(({ elements = [] }) => elements.flatMap((section) => section.elements ?? []))
		.flatMap(({ type, user_id }) => (type === 'user' ? [user_id as string] : []));

const filesIn = (blocks: readonly FakeBlock[]) => blocks.flatMap(({ slack_file }) => slack_file?.id ?? []);

function found(world: World, { channel, ts }: Args): FakeMessage {
	const message = world.messages.get(ts);
	if (!message || message.deleted || message.channel !== channel || message.onlyTo)
		throw new Refusal('message_not_found');
	return message;
}

function newMessage(world: World, args: Args, onlyTo?: string): FakeMessage {
	const { channel, thread_ts: thread } = args;
	const ts = world.newTs();
	// A user's id stands for their direct messages with the bot.
	const where = String(channel).replace(/^U/, 'D');
	if (world.notIn.has(where) && (onlyTo || !granted(world, 'chat:write.public'))) throw new Refusal('not_in_channel');
	const message = emptyMessage({ ts, channel: where, thread, onlyTo });
	write(world, message, args);
	// Only new messages notify; edits do not.
	message.pings.push(...mentionedIn(message.blocks));
	world.messages.set(ts, message);
	if (world.hidePictures) return message;
	message.shows = filesIn(message.blocks);
	for (const file of message.shows) world.files.get(file)?.shares.push({ channel: where, ts });
	return message;
}

/** Without listed scopes all are granted. */
const granted = ({ scopes }: World, scope: string) => scopes?.includes(scope) ?? true;

export function emptyMessage(where: Pick<FakeMessage, 'ts' | 'channel' | 'thread' | 'onlyTo'>): FakeMessage {
	return { ...where, text: '', blocks: [], shows: [], pings: [], deleted: false, versions: [] };
}

/** Writes text and blocks into a message, or rejects them. */
export function write(world: World, message: FakeMessage, { text = '', blocks = [], link_names, parse }: Args): void {
	const problem = pictureProblem(world, blocks, message.onlyTo !== undefined);
	if (problem) throw new Refusal('invalid_blocks', { response_metadata: { messages: [`[ERROR] ${problem}`] } });
	const raw = [text, ...blocks.flatMap((block: FakeBlock) => (block.text?.type === 'mrkdwn' ? block.text.text : []))];
	message.pings.push(...raw.flatMap((each: string) => each.match(/<[@!#][^>]*>/g) ?? []));
	if (link_names || parse === 'full') message.pings.push(...(text.match(/@\w+/g) ?? []));
	Object.assign(message, { text, blocks });
	message.versions.push({ at: performance.now(), text, blocks });
}

function pictureProblem(world: World, blocks: readonly FakeBlock[], ephemeral: boolean): string | undefined {
	const files = blocks.flatMap(({ slack_file }) => slack_file ?? []).map(({ id }) => world.files.get(id));
	if (files.length === 0) return undefined;
	if (ephemeral) return 'a message for one person cannot carry files';
	const bad = world.refusePictures || files.some((file) => !file || file.deleted || !isReady(file));
	return bad ? 'invalid slack file [json-pointer:/blocks/1/slack_file]' : undefined;
}
