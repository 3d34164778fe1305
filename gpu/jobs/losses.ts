/** Losses of trainings, as they are drawn, and as they come with the program. */
import { z } from 'zod';
import { DIGIT_MODELS } from './digit-models.ts';

/** The loss of a step, from 1 on; or the mean of several neighbours, at the mean of their steps. */
export interface LossAtStep {
	readonly step: number;
	readonly loss: number;
}

/** At most `most` points, each the mean of as many neighbours as any other, or of one more: a short last group would be noise. */
export function thinLosses(losses: readonly LossAtStep[], most: number): readonly LossAtStep[] {
	const length = Math.min(losses.length, most);
	const start = (i: number) => Math.floor((i * losses.length) / length);
	return Array.from({ length }, (_, i) => {
		const group = losses.slice(start(i), start(i + 1));
		const mean = (of: (point: LossAtStep) => number) => group.reduce((sum, point) => sum + of(point), 0) / group.length;
		return { step: mean(({ step }) => step), loss: mean(({ loss }) => loss) };
	});
}

/** The content of assets/models/digits/losses.json: how the training of each UNet there went, as [step, loss], thinned. */
export const shippedLosses = z.partialRecord(
	z.enum(DIGIT_MODELS),
	z.array(z.tuple([z.number().positive(), z.number().positive()])).min(1),
);
