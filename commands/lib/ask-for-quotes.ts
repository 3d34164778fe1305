/** Where one prompt ends and the next begins when several were typed: what is clear, and what the user has to be asked. */
import { QUOTES } from './characters.ts';
import { shorten } from './shorten.ts';

/** Words that start or join phrases. */
const PARTICLES = 'a an the of in on at by with and or from to under over near'.split(' ');

const ARTICLES = ['a', 'an', 'the'];

const BAR = /^(?:\|+|;)$/;
const ENDS_IN_COMMA = /[,;，；、]$/;
const JOINS = /^(?:and|or|vs\.?|versus|&|\+|\/)$/i;

const MARKS = new RegExp(`^[${QUOTES.join('')}]+|[${QUOTES.join('')}]+$`, 'g');

/** A phrase of at most this many words is one prompt rather than two. */
const SHORT = 3;

/** The prompts without separators, where those are unmistakable: bars, and commas between single words. */
export function separated(words: readonly string[]): readonly string[] {
	if (words.some((word) => BAR.test(word))) return dividedAt(words, BAR);
	const isList = words.length > 1 && words.slice(0, -1).every((word) => ENDS_IN_COMMA.test(word));
	return isList ? words.map(withoutComma) : words;
}

/** Whether the words are parts of prompts rather than whole prompts: "a" and "cat" belong together, "a" and "b" may not. */
export const lackQuotes = (typed: readonly string[]): boolean =>
	typed
		.map(withoutMarks)
		.some((word, i, { [i + 1]: next = '' }) =>
			PARTICLES.includes(word.toLowerCase()) ? next.length > 1 : ENDS_IN_COMMA.test(word) && next !== '',
		);

/**
 * A sentence with the line as it was probably meant.
 *
 * @param typed the words of all the prompts, at least two
 * @param most how many prompts the command takes
 */
export function askForQuotes(command: string, typed: readonly string[], most: number): string {
	const prompts = probablePrompts(typed.map(withoutMarks).filter(Boolean), most);
	return `Put each prompt in quotes: /${command} ${prompts.map((prompt) => `"${shorten(prompt, 60)}"`).join(' ')}`;
}

/** Splits at commas, otherwise at the "and" or the article nearest the middle, otherwise in the middle. */
function probablePrompts(words: readonly string[], most: number): readonly string[] {
	const listed = words.flatMap((word) => (ENDS_IN_COMMA.test(word) ? [withoutComma(word), ','] : [word]));
	const parts = dividedAt(listed, /^,$/);
	if (parts.length > 1 && parts.length <= most) return parts;
	const middle = words.length / 2;
	const nearest = (fits: (word: string) => boolean) =>
		words
			.map((_, i) => i)
			.filter((i) => i > 0 && i < words.length - 1 && fits(words[i]))
			.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
			.at(0);
	const phrases = (end: number, start: number) => [words.slice(0, end).join(' '), words.slice(start).join(' ')];
	const joint = nearest((word) => JOINS.test(word));
	if (joint !== undefined) return phrases(joint, joint + 1);
	const article = nearest((word) => ARTICLES.includes(word.toLowerCase()));
	if (article !== undefined) return phrases(article, article);
	if (words.length <= SHORT) return [words.join(' '), 'another prompt'];
	const half = Math.floor(middle);
	return phrases(half, half);
}

function dividedAt(words: readonly string[], separator: RegExp): readonly string[] {
	const parts: string[][] = [[]];
	for (const word of words) {
		if (separator.test(word)) parts.push([]);
		else parts.at(-1)?.push(word);
	}
	return parts.filter((part) => part.length > 0).map((part) => part.join(' '));
}

const withoutComma = (word: string) => word.replace(ENDS_IN_COMMA, '');

const withoutMarks = (word: string) => word.replace(MARKS, '');
