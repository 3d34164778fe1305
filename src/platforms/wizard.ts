/** What a platform's setup uses to ask its questions: a terminal, and the settings so far. */

export interface Wizard {
	/** A variable's value as the bot would see it; undefined if it is not set. */
	get(variable: string): string | undefined;
	/** Whether setting the variable in the file would have no effect. */
	isFixed(variable: string): boolean;
	/** Sets a variable; it is written at the end. */
	set(variable: string, value: string): void;

	/**
	 * Asks for a token until the service accepts one. A token that is already set is tried first, and kept without showing it.
	 *
	 * @returns the service's answer; undefined if the service cannot be reached and the person continues without it
	 */
	settle<Account>(question: TokenQuestion<Account>): Promise<Account | undefined>;

	/** Asks for a value that is hidden while it is typed. */
	secret(question: SecretQuestion): Promise<string>;
	/** @param wrong returns what is wrong with a value, in one sentence, or undefined */
	line(message: string, placeholder: string, wrong: (value: string) => string | undefined): Promise<string>;
	one<V extends string>(message: string, choices: readonly Choice<V>[]): Promise<V>;
	yes(message: string): Promise<boolean>;

	say(sentence: string): void;
	good(sentence: string): void;
	bad(sentence: string): void;
	warn(sentence: string): void;
	/** Prints an address on a line of its own, unbroken, so that it can be copied. */
	link(address: string): void;
}

export interface Choice<V extends string> {
	readonly value: V;
	readonly label: string;
	readonly hint?: string;
}

export interface SecretQuestion {
	readonly message: string;
	/** What is evidently wrong with a value; undefined if nothing is. It does not repeat the value. */
	readonly mistake: (value: string) => string | undefined;
}

export interface TokenQuestion<Account> extends SecretQuestion {
	readonly variable: string;
	/** The platform's title. */
	readonly service: string;
	/** @throws {ConfigError} when the service refuses it; another error when the service cannot be reached */
	readonly check: (token: string) => Promise<Account>;
}
