/** What can be wrong with the settings that Discord checks, said in the words of the configuration. */
import { ConfigError } from '../../base/config.ts';

/** Three parts of base64url. Anything else would only make a broken header, or is a secret of another kind. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const PORTAL = 'https://discord.com/developers/applications';

/** @throws {ConfigError} when `token` cannot be a bot token. It never repeats the token. */
export function checkToken(token: string): void {
	if (TOKEN.test(token)) return;
	throw new ConfigError(
		`DISCORD_TOKEN is not a bot token, which has three parts with dots between; copy it from ${PORTAL} (your application, Bot, Reset Token).`,
	);
}

export function tokenRefused(): ConfigError {
	return new ConfigError(
		`Discord refuses DISCORD_TOKEN; make a new one at ${PORTAL} (your application, Bot, Reset Token) and put it into .env.`,
	);
}

export function foreignApplication(applicationId: string): ConfigError {
	return new ConfigError(
		`DISCORD_APPLICATION_ID ${applicationId} is not the application of DISCORD_TOKEN; take both from the same page of ${PORTAL}, or leave the id out.`,
	);
}
