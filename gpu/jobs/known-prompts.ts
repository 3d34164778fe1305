/** Which of some prompts a person means who types one of them: the same wherever embeddings stand in for a text encoder. */
import { distance } from 'fastest-levenshtein';

/** In a shorter prompt one letter makes another word: cat, car. */
const LONG_ENOUGH_TO_SLIP = 12;

/** Prompts of the same form are the same: case and spaces do not count. */
export const comparablePrompt = (prompt: string): string => prompt.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/**
 * How a prompt is spelled among known ones; undefined when it is not there. Case and spaces do not count.
 *
 * @param slips whether one in a long prompt does not count either; only where nothing else reads the prompt as it is
 */
export type FindPrompt = (prompt: string, slips: boolean) => string | undefined;

/** The course's file has "a photo of the amalfi cost". */
export function promptFinder(known: readonly string[]): FindPrompt {
	const spelling = new Map(known.map((prompt) => [comparablePrompt(prompt), prompt]));
	return (prompt, slips) => {
		const wanted = comparablePrompt(prompt);
		const exact = spelling.get(wanted);
		if (exact !== undefined || !slips || wanted.length < LONG_ENOUGH_TO_SLIP) return exact;
		const near = [...spelling.keys()].filter((each) => distance(each, wanted) <= 1);
		return near.length === 1 ? spelling.get(near[0]) : undefined;
	};
}
