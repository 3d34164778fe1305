/** Finds out who the bot is in Slack, and whether its tokens and scopes are in order. */
import { webApi } from '@slack/bolt';
import { ConfigError } from '../../base/config.ts';
import type { Api } from './api.ts';
import { isUnauthorized, refusal } from './api-errors.ts';
import { SCOPES } from './manifest.ts';
import { appTokenRefused, botTokenRefused, twoApps } from './tokens.ts';

export interface Identity {
	readonly team: string | undefined;
	readonly name: string | undefined;
	readonly userId: string | undefined;
	readonly botId: string | undefined;
	/** The app's id. */
	readonly app: string | undefined;
	/** Scopes from the manifest that the app was installed without. */
	readonly missingScopes: readonly string[];
}

/** @throws {ConfigError} when Slack refuses the bot token; another error when Slack cannot be reached */
export async function whoAmI({ swift }: Pick<Api, 'swift'>): Promise<Identity> {
	try {
		const {
			team,
			user: name,
			user_id: userId,
			bot_id: botId,
			app_id: app,
			response_metadata,
		} = await swift.auth.test();
		const { scopes } = response_metadata ?? {};
		const missingScopes = scopes ? SCOPES.filter((scope) => !scopes.includes(scope)) : [];
		return { team, name, userId, botId, app, missingScopes };
	} catch (error) {
		throw isUnauthorized(error) ? botTokenRefused(refusal(error)) : error;
	}
}

/**
 * Requests a socket but does not open it. Needed because the socket client would retry a bad token forever.
 *
 * @param botsApp the id of the bot token's app, if known
 * @throws {ConfigError} when Slack refuses the app token, or it is another app's; another error when Slack cannot be reached
 */
export async function checkAppToken(
	appToken: string,
	botsApp: string | undefined,
	options: webApi.WebClientOptions,
): Promise<void> {
	const problem = twoApps(appToken, botsApp);
	if (problem) throw new ConfigError(problem);
	const client = new webApi.WebClient(appToken, { ...options, retryConfig: { retries: 1 } });
	try {
		await client.apps.connections.open();
	} catch (error) {
		const word = refusal(error);
		throw word === undefined ? error : appTokenRefused(word);
	}
}
