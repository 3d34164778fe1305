/** Reads a command typed as text: the words after its name, on the command line or in a chat message. */
import { UserError } from '../../gpu/jobs/index.ts';
import { askForQuotes, lackQuotes, separated } from './ask-for-quotes.ts';
import { visible } from './characters.ts';
import { dashed } from './colon-options.ts';
import type { Command } from './command.ts';
import { isUpload, type OptionSpec, type OptionSpecs, type UploadOption } from './options.ts';
import { describe, NO, unknownOption, YES } from './parse-options.ts';
import { MAX_QUOTED, shorten } from './shorten.ts';
import { gluedOption, isValueOf, optionIn, strayOption } from './typed-option.ts';

/** Whether a bare word can name a file for an option, being a path or a web address. */
export type TakesWord = (spec: UploadOption, word: string) => boolean;

/**
 * Turns words into named values: `--name value`, `--name=value`, `--flag`, `--flag no`, `name:value` as Discord shows it,
 * and bare words for the positional options in their order. Where a command has a single positional text, all further bare words
 * belong to it, so that a prompt needs no quotes. Files are returned as paths, for the caller to load.
 *
 * @param takes absent: any word may be a path
 * @throws {UserError} for a name without a value, a value given twice, or one bare word too many
 */
export function parseWords(
	command: Command,
	typedWords: readonly string[],
	takes: TakesWord = () => true,
): Record<string, string> {
	const names = Object.keys(command.options);
	const stray = strayOption(typedWords, command.options);
	if (stray) throw new UserError(`"${stray}" is the name of an option: write --${stray}, without a space.`);
	const glued = gluedOption(typedWords, command.options);
	if (glued) {
		const before = shorten(glued.before, MAX_QUOTED);
		throw new UserError(`"${before}${glued.option}" lacks a space: write ${before} ${glued.option}.`);
	}
	const words = dashed(typedWords, command.options);
	const values: Record<string, string> = {};
	const unnamed: string[] = [];
	const set = (name: string, value: string) => {
		if (Object.hasOwn(values, name)) throw new UserError(`${name} is given twice; give it once.`);
		values[name] = value;
	};
	for (let i = 0; i < words.length; i++) {
		const option = optionIn(words[i], names);
		if (!option) {
			unnamed.push(words[i]);
			continue;
		}
		const { name, value } = option;
		const spec = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
		const apart = spec ? valueApart(spec, value, words.slice(i + 1, i + 3)) : undefined;
		if (apart) {
			set(name, apart.value);
			i += apart.words;
		} else if (value !== undefined) set(name, value);
		else if (spec?.kind === 'flag') set(name, isSwitched(words, i + 1, names) ? words[++i] : 'yes');
		else if (i + 1 < words.length && !optionIn(words[i + 1], names)) set(name, words[++i]);
		else
			throw spec
				? new UserError(`${name} needs a value: ${describe(spec)}.`)
				: unknownOption(command.name, name, command.options);
	}
	const positional = Object.entries(command.options).filter(
		([name, spec]) => spec.positional && !Object.hasOwn(values, name),
	);
	const texts = positional.filter(([, spec]) => spec.kind === 'text');
	const typed = texts.length > 1 ? separated(unnamed) : unnamed;
	const bare = [...typed];
	for (const [index, [name, spec]] of positional.entries()) {
		if (bare.length === 0) break;
		if (isUpload(spec) && !takes(spec, bare[0])) continue;
		const takesRest = index === positional.length - 1 && texts.length === 1 && texts[0][0] === name;
		set(name, takesRest ? bare.splice(0).join(' ') : (bare.shift() as string));
	}
	const apart = texts.length > 1 && (bare.length > 0 || lackQuotes(typed));
	if (apart) throw new UserError(askForQuotes(command.name, typed, texts.length));
	if (bare.length > 0) {
		throw new UserError(
			`/${command.name} has no place for "${shorten(bare[0], MAX_QUOTED)}": ${placesOf(command, positional)}.`,
		);
	}
	return values;
}

/** As in `--seed= 5` and `--seed = 5`. An empty value with anything else after it is meant to be empty. */
function valueApart(spec: OptionSpec, value: string | undefined, [next = '', afterNext]: readonly string[]) {
	if (value === '' && isValueOf(spec, next)) return { value: next, words: 1 };
	return value === undefined && next === '=' && isValueOf(spec, afterNext) ? { value: afterNext, words: 2 } : undefined;
}

/** As in `--upscale no`. In `--upscale no man's land` the word belongs to the prompt. */
function isSwitched(words: readonly string[], at: number, names: readonly string[]): boolean {
	const ends = at + 1 >= words.length || optionIn(words[at + 1], names) !== undefined;
	return ends && SWITCHES.includes(visible(words[at] ?? '').toLowerCase());
}

/** Not 1 and 0, which may be what to draw. */
const SWITCHES = [...YES, ...NO].filter((word) => !/\d/.test(word));

/** Whether there are options among the words of a text. */
export const hasOptions = (words: readonly string[], specs: OptionSpecs): boolean =>
	strayOption(words, specs) !== undefined ||
	gluedOption(words, specs) !== undefined ||
	dashed(words, specs).some((word) => optionIn(word, Object.keys(specs)) !== undefined);

/** What else the command accepts. */
function placesOf({ options }: Command, positional: readonly (readonly [string, unknown])[]): string {
	const names = Object.keys(options);
	if (names.length === 0) return 'it takes no options';
	if (positional.length === 0) return `its options must be named, such as --${names[0]}`;
	return `it takes ${positional.map(([name]) => name).join(', ')}`;
}
