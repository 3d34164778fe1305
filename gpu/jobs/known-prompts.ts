/** Which of some prompts a person means who types one of them: the same wherever embeddings stand in for a text encoder. */
import { distance } from 'fastest-levenshtein';

/** In a shorter word one letter makes another word: cat, car. */
const LONG_ENOUGH_TO_SLIP = 5;

/** Prompts of the same form are the same: case and spaces do not count. */
export const comparablePrompt = (prompt: string): string => prompt.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/**
 * How a prompt is spelled among known ones; undefined when it is not there. Case and spaces do not count.
 *
 * @param slips whether one in a long word does not count either; only where nothing else reads the prompt as it is
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
 * Those of `prompts` that look most like one that is not among them, the likest first: what has most of its words, then what
 * has most of its letters; never the empty one.
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
