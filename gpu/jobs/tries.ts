/** Several tries at one picture, of which the network itself judges which is best: their number, and what judging costs. */
import { z } from 'zod';

/** Each takes as long as a picture of its own. */
export const MAX_TRIES = 16;

/** How many pictures to make and rank, from seeds in a row, the best first; absent: one, not ranked. */
export const tries = z.int().min(1).max(MAX_TRIES).optional();

/**
 * Noise levels at which a judged picture is looked at, one draw of noise for each: all but the least and the most noisy.
 * Measured on 40 anagrams of the bundled model: either half of them judges much as the other (correlation 0.55), so eight
 * would agree with eight others by 0.71 and sixteen by 0.83 (Spearman and Brown's formula), at twice the price.
 */
export const CLASSIFIER_TIMESTEPS: readonly number[] = [150, 250, 350, 450, 550, 650, 750, 850];

/**
 * The prompts that every reading of a picture is judged among: those of all its readings, each once. A prompt without others
 * is judged against "", nothing in particular; beside others that would be unfair to blurred and to filtered looks, which
 * are like nothing that the network learned.
 */
export function judgedAmong(prompts: readonly string[]): readonly string[] {
	const sought = [...new Set(prompts)];
	return sought.length > 1 ? sought : [...sought, ''];
}

/** Evaluations that judge all tries at a picture with these readings; a single try is not judged. */
export function judgingCost({
	prompts,
	tries = 1,
}: {
	readonly prompts: readonly string[];
	readonly tries?: number;
}): number {
	if (tries === 1) return 0;
	return tries * prompts.length * judgedAmong(prompts).length * CLASSIFIER_TIMESTEPS.length;
}
