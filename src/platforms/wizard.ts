/** What a platform asks its questions with when it is set up: a terminal, and the settings so far. */

export interface Wizard {
	/** A value as the bot would find it; undefined where nothing is set. */
	get(variable: string): string | undefined;
	/** Whether a line in the file would be without effect. */
	isFixed(variable: string): boolean;
	/** To be written at the end. */
	set(variable: string, value: string): void;

	/**
	 * Asks for a token until the service takes one: first of all for the one that is set, which is kept unseen.
	 *
	 * @returns the answer of the service; undefined when the person goes on without, as it cannot be reached
	 */
	settle<Account>(question: TokenQuestion<Account>): Promise<Account | undefined>;

	/** Hidden while it is typed. */
	secret(question: SecretQuestion): Promise<string>;
	/** @param wrong the sentence against a text, if there is one */
	line(message: string, placeholder: string, wrong: (value: string) => string | undefined): Promise<string>;
	one<V extends string>(message: string, choices: readonly Choice<V>[]): Promise<V>;
	yes(message: string): Promise<boolean>;

	say(sentence: string): void;
	good(sentence: string): void;
	bad(sentence: string): void;
	warn(sentence: string): void;
	/** On a line of its own and unbroken, to be copied. */
	link(address: string): void;
}

export interface Choice<V extends string> {
	readonly value: V;
	readonly label: string;
	readonly hint?: string;
}

export interface SecretQuestion {
	readonly message: string;
	/** What is wrong with a value, as far as its form tells; undefined when nothing is. It does not repeat the value. */
	readonly mistake: (value: string) => string | undefined;
}

export interface TokenQuestion<Account> extends SecretQuestion {
	readonly variable: string;
	/** The platform's title. */
	readonly service: string;
	/** @throws {ConfigError} when the service refuses it; another error when the service cannot be reached */
	readonly check: (token: string) => Promise<Account>;
}
