/** The contract of an operator's verb: what it is called with, and what help and completion know of it. */
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { Config } from '../base/config.ts';
import type { Meter } from '../base/meter.ts';

/** What was asked for. */
export interface Order {
	/** Those after the verb. */
	readonly words: readonly string[];
	readonly json: boolean;
	/** @throws {ConfigError} with every problem of the configuration */
	readonly config: () => Config;
	/** Shows a line, or several, on stdout. */
	readonly print: (text: string) => void;
	/** Shows a line on stderr. */
	readonly complain: (text: string) => void;
	/** Shows progress on stderr, unless --quiet. */
	readonly meter: Meter;
}

export interface OperatorVerb {
	/** One line, without its full stop. */
	readonly summary: string;
	/** What comes after the verb: "FILE"; empty: nothing does. */
	readonly usage: string;
	/** What to type after the verb. */
	readonly example: string;
	/** Its own options, which have no values, with what each does. */
	readonly options?: Readonly<Record<string, string>>;
	/** What may stand right after it, where that is known beforehand. */
	readonly choices?: readonly string[];
	/** With --json it prints one object. */
	readonly json?: true;
	/** Whether it takes long, and so takes --quiet. */
	readonly long?: true;
	/** @returns the exit status */
	run(order: Order): Promise<number>;
}

/** As of a program that was interrupted. */
export const INTERRUPTED = 130;

/** @throws {UserError} for words after a verb that takes none */
export function refuseWords(verb: string, words: readonly string[]): void {
	if (words.length > 0) throw new UserError(`${verb} takes no words; got "${shorten(words[0], 40)}".`);
}
