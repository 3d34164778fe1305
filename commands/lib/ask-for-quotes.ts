/** What to say where several prompts were typed, and nobody can tell where one ends. */
import { shorten } from './shorten.ts';

/** Words that begin or join phrases. */
const PARTICLES = 'a an the of in on at by with and or from to under over near'.split(' ');

const ARTICLES = ['a', 'an', 'the'];

/** Whether the words are parts of prompts rather than prompts: "a" and "cat" belong together, "a" and "b" may not. */
export const lackQuotes = (words: readonly string[]): boolean =>
	words.some((word, i) => PARTICLES.includes(word.toLowerCase()) && (words[i + 1]?.length ?? 0) > 1);

/**
 * The sentence with the line as it was probably meant: the second prompt begins at the article nearest to the middle,
 * or at the middle.
 *
 * @param words at least two, of all the prompts
 */
export function askForQuotes(command: string, words: readonly string[]): string {
	const middle = words.length / 2;
	const inside = words.map((_, i) => i).slice(1);
	const starts = inside.filter((i) => ARTICLES.includes(words[i].toLowerCase()));
	const [start] = (starts.length > 0 ? starts : inside).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
	const prompts = [words.slice(0, start), words.slice(start)].map((part) => `"${shorten(part.join(' '), 60)}"`);
	return `Put each prompt in quotes: /${command} ${prompts.join(' ')}`;
}
