/** Which of some prompts a person means who types one of them: the same wherever embeddings stand in for a text encoder. */
import { distance } from 'fastest-levenshtein';

/** In a shorter prompt one letter makes another word: cat, car. */
const LONG_ENOUGH_TO_SLIP = 12;

/** Prompts of the same form are the same: case and spaces do not count. */
export const comparablePrompt = (prompt: string): string => prompt.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/**
 * How a prompt is spelled among `known`; undefined when it is not there. Case and spaces do not count, nor one slip in a long
 * prompt: the course's file has "a photo of the amalfi cost".
 */
export function promptFinder(known: readonly string[]): (prompt: string) => string | undefined {
	const spelling = new Map(known.map((prompt) => [comparablePrompt(prompt), prompt]));
	return (prompt) => {
		const wanted = comparablePrompt(prompt);
		const exact = spelling.get(wanted);
		if (exact !== undefined || wanted.length < LONG_ENOUGH_TO_SLIP) return exact;
		const near = [...spelling.keys()].filter((each) => distance(each, wanted) <= 1);
		return near.length === 1 ? spelling.get(near[0]) : undefined;
	};
}
