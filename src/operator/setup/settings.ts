/** What is set so far, and what the wizard is going to change. */
import { parse } from 'dotenv';
import { ConfigError } from '../../base/config.ts';
import { explain } from '../../base/explain.ts';
import type { TokenVariable } from './pasted.ts';
import type { Questions } from './questions.ts';

export class Settings {
	/** To be written. */
	readonly changes: Record<string, string> = {};
	readonly #file: NodeJS.ProcessEnv;
	readonly #environment: NodeJS.ProcessEnv;

	/**
	 * @param file the text of .env
	 * @param environment what is set outside of it, which wins
	 */
	constructor(file: string, environment: NodeJS.ProcessEnv) {
		this.#file = parse(file);
		this.#environment = environment;
	}

	/** A value as the bot would find it; undefined where nothing is set. */
	get(variable: string): string | undefined {
		const value = this.changes[variable] ?? (this.#environment[variable] || this.#file[variable]);
		return value?.trim() || undefined;
	}

	/** Whether a line in the file would be without effect. */
	isFixed(variable: string): boolean {
		return Boolean(this.#environment[variable]?.trim());
	}
}

/** What there is to know of a token that Slack or Discord takes. */
export interface TokenQuestion<Account> {
	readonly variable: TokenVariable;
	readonly service: 'Discord' | 'Slack';
	readonly message: string;
	/** @throws {ConfigError} when the service refuses it; another error when the service cannot be reached */
	readonly check: (token: string) => Promise<Account>;
}

/**
 * Asks for a token until the service takes one: first of all for the one that is set, which is kept unseen.
 *
 * @returns the answer of the service; undefined when the person goes on without, as it cannot be reached
 */
export async function settle<Account>(
	{ variable, service, message, check }: TokenQuestion<Account>,
	settings: Settings,
	ask: Questions,
): Promise<Account | undefined> {
	const set = settings.get(variable);
	const fixed = settings.isFixed(variable);
	if (fixed) ask.say(`${variable} is set in the environment, which wins over .env.`);
	let token = set && (fixed || (await ask.yes(`${variable} is set. Keep it?`))) ? set : undefined;
	for (;;) {
		token ??= await ask.secret(message, variable);
		try {
			const account = await check(token);
			if (token !== set) settings.changes[variable] = token;
			return account;
		} catch (error) {
			ask.bad(explain(service, error));
			if (!(error instanceof ConfigError)) {
				const next = await ask.one(`${variable} could not be checked. What now?`, [
					{ value: 'again', label: 'Try again' },
					{ value: 'unchecked', label: 'Use it unchecked' },
				]);
				if (next === 'again') continue;
				if (token !== set) settings.changes[variable] = token;
				return undefined;
			}
			if (fixed) throw new ConfigError(`${variable} of the environment does not work; unset it, and run setup again.`);
			token = undefined;
		}
	}
}
