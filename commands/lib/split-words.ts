/** Splits a typed line into words, forgiving what phones, word processors and chat programs make of quotes and blanks. */
import { UserError } from '../../gpu/jobs/index.ts';
import { APOSTROPHES, BLANK, QUOTES, visible } from './characters.ts';

/** Far above what any command takes; the bot reads lines for everybody, one after the other. */
const MAX_LINE = 20_000;

/**
 * Splits a line into words as a shell would: blanks separate, quotes at the start of a word keep blanks together. A
 * quote closes where a word can end, so that `'a dog's house'` is one; a single quote that is never closed is an
 * apostrophe.
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
		const opens = family >= 0 && (word === undefined || characters[i - 1] === '=');
		const end = opens ? closings[family].after(i) : undefined;
		if (opens && end === undefined && !APOSTROPHES.includes(character)) {
			throw new UserError(`The text has an opening quote without its closing ${character}.`);
		}
		if (end === undefined) {
			word = (word ?? '') + character;
			continue;
		}
		words.push((word ?? '') + characters.slice(i + 1, end).join(''));
		word = undefined;
		i = end;
	}
	if (word !== undefined) words.push(word);
	return words;
}

const isBlank = (character: string | undefined) => character === undefined || BLANK.test(character);

/** Where quotes of a family can close: before a blank, another quote of the family, or the end. */
class Closings {
	readonly #places: readonly number[];
	#passed = 0;

	constructor(characters: readonly string[], family: string) {
		const ends = (next: string | undefined) => isBlank(next) || family.includes(next as string);
		this.#places = characters.flatMap((character, i) =>
			family.includes(character) && ends(characters[i + 1]) ? [i] : [],
		);
	}

	/** The first after a place; places are asked for in rising order, so that a line is read in linear time. */
	after(place: number): number | undefined {
		while (this.#places[this.#passed] <= place) this.#passed++;
		return this.#places[this.#passed];
	}
}
