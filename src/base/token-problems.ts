/** Tokens whose form alone is wrong, told together with all else that is wrong with the configuration. */

import { checkToken } from '../platforms/discord/tokens.ts';
import { checkTokens } from '../platforms/slack/tokens.ts';
import { type Config, ConfigError } from './config.ts';

/**
 * Reads the configuration. A good one is returned whatever its tokens are: the platforms complain of those themselves.
 *
 * @param variables the environment as it is once `read` has taken .env into it
 * @throws {ConfigError} as `read`, with the problems of the tokens besides, so that nobody learns of them only at the next try
 */
export function withTokenProblems(read: () => Config, variables: NodeJS.ProcessEnv = process.env): Config {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof ConfigError)) throw error;
		throw new ConfigError([...error.problems, ...tokenProblems(variables)]);
	}
}

function tokenProblems(variables: NodeJS.ProcessEnv): readonly string[] {
	const get = (name: string) => variables[name]?.trim() || undefined;
	const [discord, botToken] = [get('DISCORD_TOKEN'), get('SLACK_BOT_TOKEN')];
	const slack = botToken && { botToken, appToken: get('SLACK_APP_TOKEN'), signingSecret: get('SLACK_SIGNING_SECRET') };
	return [
		...(discord ? problemsOf(() => checkToken(discord)) : []),
		...(slack ? problemsOf(() => checkTokens(slack)) : []),
	];
}

function problemsOf(check: () => void): readonly string[] {
	try {
		check();
		return [];
	} catch (error) {
		if (error instanceof ConfigError) return error.problems;
		throw error;
	}
}
