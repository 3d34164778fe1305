/** Slack's checks for `doctor`. */
import { explainRefusal } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { askSlack, askSlackSocket, lacks } from './account.ts';
import type { Identity } from './identity.ts';
import { examineIds } from './named-ids.ts';
import { type SlackConfig, TITLE } from './settings.ts';
import { tokenProblems } from './tokens.ts';

export async function* examineSlack(config: SlackConfig): AsyncGenerator<Finding> {
	const { botToken, appToken, signingSecret, slackApiUrl } = config;
	const problems = tokenProblems({ botToken, appToken, signingSecret });
	for (const problem of problems) yield fail('Slack tokens', problem);
	if (problems.length > 0) return;
	const bot = yield* checkBotToken(botToken, slackApiUrl);
	if (bot) yield* examineIds({ token: botToken, slackApiUrl }, config);
	if (appToken) {
		yield await askSlackSocket({ token: appToken, slackApiUrl }, bot?.app).then(
			() => ok('Slack app token', 'accepted, Socket Mode is on'),
			(error) => fail('Slack app token', explainRefusal(TITLE, error)),
		);
	} else if (/^[0-9a-f]{32}$/.test(signingSecret ?? '')) {
		yield ok('Slack signing secret', 'set; only a request from Slack will show whether it is correct');
	} else {
		yield warn(
			'Slack signing secret',
			'SLACK_SIGNING_SECRET does not look like one, which is 32 digits and letters a to f; copy it from Basic Information.',
		);
	}
}

/** @returns the bot's identity; undefined if Slack does not say */
async function* checkBotToken(
	token: string,
	slackApiUrl: string | undefined,
): AsyncGenerator<Finding, Identity | undefined> {
	try {
		const bot = await askSlack({ token, slackApiUrl });
		const { team, name, missingScopes } = bot;
		yield ok('Slack bot token', `accepted, as ${name} in ${team}`);
		yield missingScopes.length === 0
			? ok('Slack scopes', 'all are granted')
			: fail('Slack scopes', lacks(missingScopes));
		return bot;
	} catch (error) {
		yield fail('Slack bot token', explainRefusal(TITLE, error));
		return undefined;
	}
}
