/** What can be wrong with the settings that Discord checks, said in the words of the configuration. */
import { ConfigError } from '../../base/config.ts';

/** Three parts of base64url. Anything else would only make a broken header, or is a secret of another kind. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const PORTAL = 'https://discord.com/developers/applications';

/** What is secret by its form, whosesoever it is; see Secrets. */
export const SECRET_FORMS: readonly RegExp[] = [
	// Bot tokens: a user's id, a time and a signature.
	/()\b[\w-]{20,32}\.[\w-]{6}\.[\w-]{27,}/g,
	// Whoever knows the address of an interaction or a webhook may write in the bot's name.
	/(\/(?:interactions|webhooks)\/\d+\/)[\w-]+/g,
];

/** Sentences against what cannot be a bot token. They never repeat it. */
export function tokenProblems(token: string): readonly string[] {
	if (TOKEN.test(token)) return [];
	return [
		`DISCORD_TOKEN is not a bot token, which has three parts with dots between; copy it from ${PORTAL} (your application, Bot, Reset Token).`,
	];
}

/** @throws {ConfigError} when `token` cannot be a bot token */
export function checkToken(token: string): void {
	const problems = tokenProblems(token);
	if (problems.length > 0) throw new ConfigError(problems);
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
