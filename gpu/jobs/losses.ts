/** Training losses: thinned for drawing, and those that ship with the program. */
import * as z from 'zod';
import { DIGIT_MODELS } from './digit-models.ts';

/** The loss at a step, counted from 1; or the mean of several neighbours, at the mean of their steps. */
export interface LossAtStep {
	readonly step: number;
	readonly loss: number;
}

/** At most `most` points, each the mean of an equal number of neighbours, give or take one: a short last group would be noise. */
export function thinLosses(losses: readonly LossAtStep[], most: number): readonly LossAtStep[] {
	const length = Math.min(losses.length, most);
	const start = (i: number) => Math.floor((i * losses.length) / length);
	return Array.from({ length }, (_, i) => {
		const group = losses.slice(start(i), start(i + 1));
		const mean = (of: (point: LossAtStep) => number) => group.reduce((sum, point) => sum + of(point), 0) / group.length;
		return { step: mean(({ step }) => step), loss: mean(({ loss }) => loss) };
	});
}

/** The content of assets/models/digits/losses.json: the thinned losses of each UNet there, as [step, loss]. */
export const shippedLosses = z.partialRecord(
	z.enum(DIGIT_MODELS),
	z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1),
);
