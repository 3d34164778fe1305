/** Splits a typed line into words, forgiving what phones, word processors and chat programs make of quotes and blanks. */
import { UserError } from '../../gpu/jobs/index.ts';
import { APOSTROPHES, BLANK, LONG_DASHES, QUOTES, visible } from './characters.ts';

/** Far more than any command needs; the bot reads everybody's lines, one after the other. */
const MAX_LINE = 20_000;

/**
 * Splits a line into words as a shell would: blanks separate, quotes at the start of a word keep blanks together. A quote
 * closes only where a word can end, so that `'a dog's house'` is one word, and a comma after it stays with the word. A
 * single quote that is never closed is an apostrophe.
 *
 * @throws {UserError} when a double quote is not closed, or the line has more than 20,000 characters
 */
export function splitWords(line: string): string[] {
	if (line.length > MAX_LINE) {
		throw new UserError(`The line has ${line.length} characters; at most ${MAX_LINE} are read, so shorten it.`);
	}
	const characters = [...visible(line)];
	const closings = QUOTES.map((family) => new Closings(characters, family));
	const words: string[] = [];
	let word: string | undefined;
	for (let i = 0; i < characters.length; i++) {
		const character = characters[i];
		if (isBlank(character)) {
			if (word !== undefined) words.push(word);
			word = undefined;
			continue;
		}
		const family = QUOTES.findIndex((marks) => marks.includes(character));
		const opens = family >= 0 && (word === undefined || VALUE_FOLLOWS.includes(characters[i - 1]));
		const end = opens ? closings[family].after(i) : undefined;
		if (opens && end === undefined && !APOSTROPHES.includes(character)) {
			throw new UserError(
				`The text has an opening quote ${character} that is never closed; close it with another one, or leave it out.`,
			);
		}
		if (end === undefined) {
			word = (word ?? '') + character;
			continue;
		}
		word = (word ?? '') + characters.slice(i + 1, end).join('');
		i = end;
		if (isComma(characters[i + 1])) word += characters[++i];
		words.push(word);
		word = undefined;
	}
	if (word !== undefined) words.push(word);
	return words;
}

/** Rejoins what a shell split inside quotes that it does not know, such as `“a` and `heart”`, and drops those quotes. */
export function joinQuoted(words: readonly string[]): string[] {
	const joined: string[] = [];
	for (let i = 0; i < words.length; i++) {
		const [, name = '', mark, rest] = OPENED.exec(words[i]) ?? [];
		const family = mark && QUOTES.find((marks) => marks.includes(mark));
		const closing = family && new RegExp(`[${family}]([,;]?)$`);
		const within = closing && (/\s/.test(rest) ? [rest] : [rest, ...words.slice(i + 1)]);
		const last = within ? within.findIndex((word) => closing.test(word)) : -1;
		if (!closing || !within || last < 0) {
			joined.push(words[i]);
			continue;
		}
		joined.push(
			name +
				within
					.slice(0, last + 1)
					.join(' ')
					.replace(closing, '$1'),
		);
		i += last;
	}
	return joined;
}

/** A quote that opens a word of the command line, or the value of an option. */
const OPENED = new RegExp(`^((?:[\\p{Pd}\u2212]+[^\\s=]+=)?)([${QUOTES.join('')}])(.*)$`, 'su');

/** As in `--negative="a photo"` and `negative:"a photo"`. */
const VALUE_FOLLOWS: readonly string[] = ['=', ':'];

const isComma = (character: string | undefined) => character === ',' || character === ';';

const isBlank = (character: string | undefined) => character === undefined || BLANK.test(character);

/** An option without a blank before it, as in `"a dog"--seed 5`. */
const OPTION_FOLLOWS = new RegExp(`^(?:\\p{Pd}{2}|[${LONG_DASHES}])\\p{L}`, 'u');

/**
 * Where quotes of a family can close: before a blank, another quote of the family, or the end, with or without a comma between;
 * and before an option, unless they may be apostrophes.
 */
class Closings {
	readonly #places: readonly number[];
	#passed = 0;

	constructor(characters: readonly string[], family: string) {
		const ends = (at: number) =>
			isBlank(characters[at]) ||
			family.includes(characters[at]) ||
			(family !== APOSTROPHES && OPTION_FOLLOWS.test(characters.slice(at, at + 3).join('')));
		this.#places = characters.flatMap((character, i) => {
			const after = isComma(characters[i + 1]) ? i + 2 : i + 1;
			return family.includes(character) && ends(after) ? [i] : [];
		});
	}

	/** The first closing place after `place`. Calls must come in ascending order, which lets a line be read in linear time. */
	after(place: number): number | undefined {
		while (this.#places[this.#passed] <= place) this.#passed++;
		return this.#places[this.#passed];
	}
}
