/** Which of the known prompts a typed prompt means, in one place for everything that uses embeddings instead of an encoder. */
import { distance } from 'fastest-levenshtein';

/** In words shorter than this, one letter makes a different word: cat, car. */
const LONG_ENOUGH_TO_SLIP = 5;

/** A prompt's comparable form; equal forms are the same prompt, so case and spaces do not matter. */
export const comparablePrompt = (prompt: string): string => prompt.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/**
 * Finds how a prompt is spelled among the known ones; undefined if it is not there. Case and spaces do not matter.
 *
 * @param slips whether to forgive a slip in a long word too; only where nothing can read the prompt as typed
 */
export type FindPrompt = (prompt: string, slips: boolean) => string | undefined;

/** The course's file has "a photo of the amalfi cost". */
export function promptFinder(known: readonly string[]): FindPrompt {
	const spelling = new Map(known.map((prompt) => [comparablePrompt(prompt), prompt]));
	return (prompt, slips) => {
		const wanted = comparablePrompt(prompt);
		const exact = spelling.get(wanted);
		if (exact !== undefined || !slips) return exact;
		const near = [...spelling.keys()].filter((each) => differsBySlip(each, wanted));
		return near.length === 1 ? spelling.get(near[0]) : undefined;
	};
}

function differsBySlip(a: string, b: string): boolean {
	const [words, others] = [wordsOf(a), wordsOf(b)];
	if (words.length !== others.length) return false;
	const different = words.flatMap((word, i) => (word === others[i] ? [] : [isSlip(word, others[i])]));
	return different.length === 1 && different[0];
}

const isSlip = (word: string, other: string) =>
	Math.max(word.length, other.length) >= LONG_ENOUGH_TO_SLIP && distance(word, other) === 1;

const wordsOf = (prompt: string) => comparablePrompt(prompt).split(' ');

/**
 * The `prompts` most similar to a prompt that is not among them, the most similar first: by shared words, then by letters;
 * never the empty one.
 */
export function nearestPrompts(prompt: string, prompts: readonly string[], count: number): readonly string[] {
	const wanted = new Set(wordsOf(prompt));
	const distinct = new Map(prompts.map((each) => [comparablePrompt(each), each]));
	distinct.delete('');
	const ranked = [...distinct].map(([form, spelled]) => {
		const words = wordsOf(form);
		const shared = [...wanted].filter((word) => words.some((other) => word === other || isSlip(word, other)));
		return { spelled, shared: shared.length, letters: distance(comparablePrompt(prompt), form) };
	});
	ranked.sort((a, b) => b.shared - a.shared || a.letters - b.letters);
	return ranked.slice(0, count).map(({ spelled }) => spelled);
}
