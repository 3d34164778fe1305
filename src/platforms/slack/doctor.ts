/** What `doctor` asks Slack. */
import { explainRefusal } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { askSlack, askSlackGroup, askSlackSocket, lacks } from './account.ts';
import { type SlackConfig, TITLE } from './settings.ts';
import { tokenProblems } from './tokens.ts';

/** @param slackApiUrl another address than Slack's own, for tests */
export async function* examineSlack(
	{ botToken, appToken, signingSecret, staff }: SlackConfig,
	slackApiUrl?: string,
): AsyncGenerator<Finding> {
	const problems = tokenProblems({ botToken, appToken, signingSecret });
	for (const problem of problems) yield fail('Slack tokens', problem);
	if (problems.length > 0) return;
	const botsApp = yield* checkBotToken(botToken, slackApiUrl);
	for (const group of staff.filter((id) => id.startsWith('S'))) yield* checkGroup(group, botToken, slackApiUrl);
	if (appToken) {
		yield await askSlackSocket({ token: appToken, slackApiUrl }, botsApp).then(
			() => ok('Slack app token', 'accepted, Socket Mode is on'),
			(error) => fail('Slack app token', explainRefusal(TITLE, error)),
		);
	} else if (/^[0-9a-f]{32}$/.test(signingSecret ?? '')) {
		yield ok('Slack signing secret', 'is set; whether it is the right one shows when Slack posts');
	} else {
		yield warn(
			'Slack signing secret',
			'SLACK_SIGNING_SECRET has not the form of one, 32 digits and letters a to f; copy it from Basic Information.',
		);
	}
}

async function* checkGroup(group: string, token: string, slackApiUrl: string | undefined): AsyncGenerator<Finding> {
	const name = 'Slack staff';
	try {
		if (await askSlackGroup({ token, slackApiUrl }, group)) yield ok(name, `the user group ${group} is there`);
		else yield fail(name, `Slack does not say who is in the user group ${group} of SLACK_STAFF; correct its id.`);
	} catch (error) {
		yield fail(name, explainRefusal(TITLE, error));
	}
}

/** @returns the id of the app whose it is, as far as Slack tells */
async function* checkBotToken(
	token: string,
	slackApiUrl: string | undefined,
): AsyncGenerator<Finding, string | undefined> {
	try {
		const { team, name, app, missingScopes } = await askSlack({ token, slackApiUrl });
		yield ok('Slack bot token', `accepted, as ${name} in ${team}`);
		yield missingScopes.length === 0
			? ok('Slack scopes', 'all are granted')
			: fail('Slack scopes', lacks(missingScopes));
		return app;
	} catch (error) {
		yield fail('Slack bot token', explainRefusal(TITLE, error));
		return undefined;
	}
}
