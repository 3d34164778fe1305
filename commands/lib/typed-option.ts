/** How an option's name begins in typed text: `--seed`, and what phones and word processors make of it. */

import { visible } from './characters.ts';

/** Hyphens, dashes, minus signs and their full-width forms (Unicode's dash punctuation, and U+2212). */
const OPTION = /^([\p{Pd}\u2212]+)([^=]*)(?:=(.*))?$/su;

/** Of a name that the command does not have, so that a slip is told; a dash of another kind begins a word of a prompt. */
const PLAIN_OPTION = /^--[a-z]/i;

/**
 * The option that a word names, with the value after its `=`; undefined for any other word. Any run of dashes will do
 * before a name that the command has.
 *
 * @param names of the command's options
 */
export function optionIn(
	word: string,
	names: readonly string[],
): { readonly name: string; readonly value?: string } | undefined {
	const [, , name = '', value] = OPTION.exec(visible(word)) ?? [];
	const known = name.normalize('NFKC').toLowerCase();
	if (names.includes(known)) return { name: known, value };
	return PLAIN_OPTION.test(word) ? { name, value } : undefined;
}
