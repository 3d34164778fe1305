/** Several tries at one picture, ranked: the option that asks for them, and how they are shown. */
import { type JobImage, type JobResult, MAX_TRIES } from '../../gpu/jobs/index.ts';
import type { Gallery } from '../figures/gallery.ts';
import type { NumberOption } from './options.ts';

export const triesOption = {
	kind: 'integer',
	prominence: 'high',
	label: 'Number of tries',
	summary: 'Make this many, from consecutive seeds, and rank them',
	min: 1,
	max: MAX_TRIES,
	default: 1,
	example: 8,
} as const satisfies NumberOption;

/** The part of the job; nothing for a single try, which is not judged. */
export function triesParameter({ tries }: { readonly tries: number }): { tries?: number } {
	return tries > 1 ? { tries } : {};
}

/** The best and three runners-up: more would be a long sheet of pictures that did not work. */
const SHOWN = 4;

/** The tries to show, the best first. */
export function shownTries({ images }: JobResult): readonly JobImage[] {
	return images.slice(0, SHOWN);
}

/** "seed 183, score 91 %"; without a score where a try was not judged. */
export function describeTry({ seed, score }: JobImage): string {
	return score === undefined ? `seed ${seed}` : `seed ${seed}, score ${Math.floor(100 * score)} %`;
}

/** "Scores by the model itself: seed 183, score 91 %; seed 180, score 85 %." */
export const describeScores = (result: JobResult): string =>
	`Scores by the model itself: ${shownTries(result).map(describeTry).join('; ')}.`;

/** A result's text without the scores of its tries. */
export const withoutScores = (text: string, result: JobResult): string =>
	text.replace(` ${describeScores(result)}`, '');

/** Tries with their readings side by side; in more than four columns they would be stamp-sized. */
function inRows(tries: Gallery['rows']): Gallery['rows'] {
	const perRow = tries[0].length === 2 ? 2 : 1;
	return Array.from({ length: Math.ceil(tries.length / perRow) }, (_, row) =>
		tries.slice(row * perRow, (row + 1) * perRow).flat(),
	);
}

/**
 * @param tries the pictures of each, the best try first
 * @param what the tries have in common, a sentence without its full stop
 * @param settings how to reproduce the best one alone
 */
export function triesGallery(
	result: JobResult,
	{ name, what, settings, tries }: { name: string; what: string; settings: string; tries: Gallery['rows'] },
): Gallery {
	const shown = shownTries(result);
	const [{ seed }] = shown;
	const count = result.images.length;
	return {
		text: [`${what}.`, `The best of ${count} tries: ${settings}.`, describeScores(result), ...result.notes].join(' '),
		filename: `${name}-${seed}-best-of-${count}.png`,
		alt: `${what}. The best ${shown.length} of ${count} tries`,
		settings,
		rows: inRows(tries),
	};
}
