/** Several tries at one picture, ranked by the network itself: their number, and what judging costs. */
import * as z from 'zod';

/** Each try takes as long as a picture of its own. */
export const MAX_TRIES = 16;

/** How many pictures to make from consecutive seeds and rank, the best first; absent: one, not ranked. */
export const tries = z.int().min(1).max(MAX_TRIES).optional();

/**
 * The noise levels at which a picture is judged, with one draw of noise for each: all but the least and the most noisy.
 * Measured on 40 anagrams of the bundled model: the two halves of them judge much alike (correlation 0.55), so eight would
 * agree with eight others by 0.71, and sixteen by 0.83 (Spearman–Brown formula) at twice the price.
 */
export const CLASSIFIER_TIMESTEPS: readonly number[] = [150, 250, 350, 450, 550, 650, 750, 850];

/**
 * The prompts that each reading of a picture is judged among: those of all its readings, without duplicates. A lone prompt is
 * judged against "", nothing in particular. Among several, "" would be unfair to blurred and filtered looks, which resemble
 * nothing that the network has learned.
 */
export function judgedAmong(prompts: readonly string[]): readonly string[] {
	const sought = [...new Set(prompts)];
	return sought.length > 1 ? sought : [...sought, ''];
}

/** Evaluations for judging all tries at a picture with these readings; a single try is not judged. */
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
