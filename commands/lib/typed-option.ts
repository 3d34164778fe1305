/** Recognises options in typed text: `--seed`, and what phones and word processors make of it. */

import { LONG_DASHES, plain, visible } from './characters.ts';
import { isUnmistakable } from './foreign-options.ts';
import type { OptionSpec, OptionSpecs } from './options.ts';

/** Hyphens, dashes, minus signs and their full-width forms (Unicode's dash punctuation, and U+2212). */
const OPTION = /^([\p{Pd}\u2212]+)([^=]*)(?:=(.*))?$/su;

/** An option even if the command has none of that name, so that a slip is reported; any other dash is part of a prompt. */
const PLAIN_OPTION = /^--[a-z]/i;

/**
 * The option that a word names, with the value after its `=`; undefined for any other word. Any run of dashes will do
 * before a name that the command has, or one that other bots have and that no prompt contains.
 *
 * @param names the names of the command's options
 */
export function optionIn(
	word: string,
	names: readonly string[],
): { readonly name: string; readonly value?: string } | undefined {
	const [, , name = '', value] = OPTION.exec(visible(word)) ?? [];
	const known = name.normalize('NFKC').toLowerCase();
	if (names.includes(known) || isUnmistakable(known)) return { name: known, value };
	return PLAIN_OPTION.test(word) ? { name, value } : undefined;
}

const DASHES = /^[\p{Pd}\u2212]+$/u;

/** The option whose name a phone has separated from its dash, as in "- seed 5", if its value shows that it is one. */
export function strayOption(words: readonly string[], specs: OptionSpecs): string | undefined {
	const found = words.findIndex((word, i) => {
		const name = words[i + 1]?.toLowerCase() ?? '';
		return DASHES.test(visible(word)) && Object.hasOwn(specs, name) && isValueOf(specs[name], words[i + 2]);
	});
	return found < 0 ? undefined : words[found + 1].toLowerCase();
}

/** What is before an option, and the option with its dashes: two, or a long one, as a single hyphen joins words. */
const GLUED = new RegExp(`^(.*[^\\p{Pd}\\u2212])((?:[\\p{Pd}\\u2212]{2,}|[${LONG_DASHES}])([^=]+))(?:=(.*))?$`, 'su');

/** An option with no blank before it, as in "dog--seed 5" and "dog—seed=5", if its value shows that it is one. */
export function gluedOption(
	words: readonly string[],
	specs: OptionSpecs,
): { readonly before: string; readonly option: string } | undefined {
	for (const [i, word] of words.entries()) {
		const [, before = '', option = '', written = '', value = words[i + 1]] = GLUED.exec(visible(word)) ?? [];
		const name = written.normalize('NFKC').toLowerCase();
		if (Object.hasOwn(specs, name) && isValueOf(specs[name], value)) return { before, option };
	}
	return undefined;
}

/** Whether a word is plainly meant as the value of an option: a number, or one of its choices. */
export function isValueOf(spec: OptionSpec, word = ''): boolean {
	const text = plain(visible(word)).toLowerCase();
	if (spec.kind === 'choice' || spec.kind === 'names') return spec.choices.includes(text);
	return ['integer', 'number', 'seed', 'integers', 'numbers'].includes(spec.kind) && /^[-+]?[\d.,]+$/.test(text);
}
