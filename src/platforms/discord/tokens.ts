/** Explains problems with the settings that Discord checks, by the names of the variables. */
import { ConfigError } from '../../base/config.ts';

/** Three parts of base64url. Anything else would make a broken header, or is a secret of another kind. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const PORTAL = 'https://discord.com/developers/applications';

/** Patterns of secrets, no matter whose they are; see `Secrets.forms`. */
export const SECRET_FORMS: readonly RegExp[] = [
	// Bot tokens: a user's id, a time and a signature.
	/()\b[\w-]{20,32}\.[\w-]{6}\.[\w-]{27,}/g,
	// Anyone who knows the address of an interaction or webhook may write in the bot's name.
	/(\/(?:interactions|webhooks)\/\d+\/)[\w-]+/g,
];

/** Says what is wrong with a malformed bot token, without repeating it. */
export function tokenProblems(token: string): readonly string[] {
	if (TOKEN.test(token)) return [];
	return [
		`DISCORD_TOKEN is not a bot token, which has three parts separated by dots; copy it from ${PORTAL} (your application, Bot, Reset Token).`,
	];
}

/** @throws {ConfigError} when `token` is malformed */
export function checkToken(token: string): void {
	const problems = tokenProblems(token);
	if (problems.length > 0) throw new ConfigError(problems);
}

export function tokenRefused(): ConfigError {
	return new ConfigError(
		`Discord refuses DISCORD_TOKEN; create a new one at ${PORTAL} (your application, Bot, Reset Token) and put it in .env.`,
	);
}

export function foreignApplication(applicationId: string): ConfigError {
	return new ConfigError(
		`DISCORD_APPLICATION_ID ${applicationId} is not the application of DISCORD_TOKEN; copy both from the same application at ${PORTAL}, or leave the id out.`,
	);
}
