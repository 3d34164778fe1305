/** What `doctor` asks Slack. */

import type { ConfigError, SlackConfig } from '../../base/config.ts';
import { explain } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { askSlack, askSlackSocket, lacks } from './account.ts';
import { checkTokens } from './tokens.ts';

/** @param slackApiUrl another address than Slack's own, for tests */
export async function* checkSlack(
	{ botToken, appToken, signingSecret }: SlackConfig,
	slackApiUrl?: string,
): AsyncGenerator<Finding> {
	try {
		checkTokens({ botToken, appToken, signingSecret });
	} catch (error) {
		for (const problem of (error as ConfigError).problems) yield fail('Slack tokens', problem);
		return;
	}
	yield* checkBotToken(botToken, slackApiUrl);
	if (appToken) {
		yield await askSlackSocket({ token: appToken, slackApiUrl }).then(
			() => ok('Slack app token', 'accepted, Socket Mode is on'),
			(error) => fail('Slack app token', explain('Slack', error)),
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

async function* checkBotToken(token: string, slackApiUrl: string | undefined): AsyncGenerator<Finding> {
	try {
		const { team, name, missingScopes } = await askSlack({ token, slackApiUrl });
		yield ok('Slack bot token', `accepted, as ${name} in ${team}`);
		yield missingScopes.length === 0
			? ok('Slack scopes', 'all are granted')
			: fail('Slack scopes', lacks(missingScopes));
	} catch (error) {
		yield fail('Slack bot token', explain('Slack', error));
	}
}
