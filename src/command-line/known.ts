/** What can stand at the start of a command line: commands, and the operator's verbs, of one word or two. */
import type { Command } from '../../commands/lib/command.ts';
import { suggest } from '../../commands/lib/parse-options.ts';
import { MAX_QUOTED, shorten } from '../../commands/lib/shorten.ts';
import { optionIn } from '../../commands/lib/typed-option.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { OperatorVerb } from '../operator/verb.ts';

export interface Known {
	readonly commands: readonly Command[];
	/** By their words: "doctor", "models pull". */
	readonly verbs: Readonly<Record<string, OperatorVerb>>;
}

/** The second words of verbs that start with `first`, in their order. */
export const verbsUnder = (verbs: Known['verbs'], first: string): readonly string[] =>
	Object.keys(verbs).flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));

/**
 * The operator's verb at the start of the words, and the words after it; undefined if they start with something else.
 *
 * @throws {UserError} for a second word that is no verb, after a first one that takes only verbs
 */
export function findVerb(
	{ verbs }: Pick<Known, 'verbs'>,
	[first, ...rest]: readonly string[],
): { readonly name: string; readonly verb: OperatorVerb; readonly rest: readonly string[] } | undefined {
	if (Object.hasOwn(verbs, first)) return { name: first, verb: verbs[first], rest };
	const seconds = verbsUnder(verbs, first);
	const [second, ...others] = rest;
	if (seconds.length === 0 || second === undefined || optionIn(second, [])) return undefined;
	const name = `${first} ${second}`;
	if (Object.hasOwn(verbs, name)) return { name, verb: verbs[name], rest: others };
	throw new UserError(
		`${first} has no verb "${shorten(second, MAX_QUOTED)}"${suggest(second, seconds)}; its verbs are ${seconds.join(', ')}.`,
	);
}

/** @throws {UserError} for a word that starts only verbs of two words */
export function refuseHalfVerb({ commands, verbs }: Known, first: string): void {
	const seconds = verbsUnder(verbs, first);
	if (seconds.length === 0 || commands.some(({ name }) => name.split(' ')[0] === first)) return;
	throw new UserError(`${first} needs a verb: ${seconds.map((second) => `${first} ${second}`).join(' or ')}.`);
}
