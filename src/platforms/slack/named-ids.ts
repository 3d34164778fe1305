/** Checks that the configuration's ids exist: people and user groups that are staff, and the channel for reports. */
import { explainRefusal } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { apiFor, type SlackQuestion } from './account.ts';
import type { Api } from './api.ts';
import { refusal, sentenceFor } from './api-errors.ts';
import { type SlackConfig, TITLE } from './settings.ts';

export type NamedIds = Pick<SlackConfig, 'staff' | 'reportChannel'>;

/** @returns what is wrong; undefined if nothing is. Throws Slack's errors. */
type Look = (client: Api['swift'], id: string) => Promise<string | undefined>;

export async function* examineIds(
	question: SlackQuestion,
	{ staff, reportChannel }: NamedIds,
): AsyncGenerator<Finding> {
	const { swift } = apiFor(question);
	for (const id of staff) yield await (id.startsWith('S') ? GROUP : MEMBER)(swift, id);
	if (reportChannel !== undefined) yield await CHANNEL(swift, reportChannel);
}

const GROUP = finder('Slack staff', {
	there: (id) => `the user group ${id} exists`,
	gone: (id) => `Slack does not say who is in the user group ${id} from SLACK_STAFF; correct its id.`,
	async look(client, usergroup) {
		const { users = [] } = await client.usergroups.users.list({ usergroup });
		return users.length > 0
			? undefined
			: `The user group ${usergroup} from SLACK_STAFF has no members; add them in Slack.`;
	},
});

const MEMBER = finder('Slack staff', {
	there: (id) => `the member ${id} exists`,
	gone: (id) => `The workspace has no member ${id} from SLACK_STAFF; correct the id (Profile, Copy member ID).`,
	async look(client, id) {
		const { user } = await client.users.info({ user: id });
		return user?.deleted ? `The account ${id} from SLACK_STAFF is deactivated; remove it.` : undefined;
	},
});

const CHANNEL = finder('Slack reports', {
	there: () => 'the channel exists',
	gone: (id) =>
		`The bot cannot see SLACK_REPORT_CHANNEL ${id}; correct the id (at the end of the channel's details), or type /invite @Flipside there.`,
	async look(client, id) {
		const { channel } = await client.conversations.info({ channel: id });
		if (channel?.is_archived) return `SLACK_REPORT_CHANNEL ${id} is archived; name another channel, or unarchive it.`;
		// The bot may write in public channels without being invited.
		const isClosed = channel?.is_private && !channel.is_member;
		return isClosed ? `The bot is not in SLACK_REPORT_CHANNEL ${id}; type /invite @Flipside there.` : undefined;
	},
});

function finder(
	name: string,
	{
		there,
		gone,
		look,
	}: { readonly there: (id: string) => string; readonly gone: (id: string) => string; readonly look: Look },
): (client: Api['swift'], id: string) => Promise<Finding> {
	return async (client, id) => {
		try {
			const problem = await look(client, id);
			return problem === undefined ? ok(name, there(id)) : fail(name, problem);
		} catch (error) {
			const word = refusal(error);
			if (word === undefined) return fail(name, explainRefusal(TITLE, error));
			return word === 'missing_scope' ? warn(name, `${id}: ${sentenceFor(error)}`) : fail(name, gone(id));
		}
	};
}
