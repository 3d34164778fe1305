/** The settings so far, and the changes that the wizard is going to write. */
import { parse } from 'dotenv';

export class Settings {
	readonly changes: Record<string, string> = {};
	readonly #file: NodeJS.ProcessEnv;
	readonly #environment: NodeJS.ProcessEnv;

	/**
	 * @param file the text of .env
	 * @param environment the variables set outside the file, which win
	 */
	constructor(file: string, environment: NodeJS.ProcessEnv) {
		this.#file = parse(file);
		this.#environment = environment;
	}

	/** A value as the bot would see it; undefined if it is not set. */
	get(variable: string): string | undefined {
		const value = this.changes[variable] ?? (this.#environment[variable] || this.#file[variable]);
		return value?.trim() || undefined;
	}

	/** Whether setting the variable in the file would have no effect. */
	isFixed(variable: string): boolean {
		return Boolean(this.#environment[variable]?.trim());
	}
}
