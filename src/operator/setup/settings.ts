/** What is set so far, and what the wizard is going to change. */
import { parse } from 'dotenv';

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
