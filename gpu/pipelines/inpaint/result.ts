/** What an inpainting returns: pictures whose known parts are the original's, and what they were made from. */
import type { JobOf } from '../../jobs/index.ts';
import { middlePart } from '../../tensor/cubic.ts';
import { asPicture } from '../../tensor/grey.ts';
import { blend } from '../../tensor/mask.ts';
import { map, type Tensor } from '../../tensor/tensor.ts';
import type { PipelineResult } from '../pipeline.ts';
import { feather } from './feather.ts';
import type { InpaintInputs } from './inputs.ts';
import { pasteSquare, type Square } from './square.ts';

export interface DrawnSquares {
	readonly square: Square;
	/** What was drawn in it for each of the seeds, [3, N, N]. */
	readonly made: readonly Tensor[];
	readonly seeds: readonly number[];
	/** The side of the model's pictures, in whose pixels `feather` is given. */
	readonly size: number;
}

/** Restores the picture's known pixels, whatever the rule left in them and however the square was enlarged. */
export function resultOf(
	job: JobOf<'inpaint'>,
	{ picture, mask, notes }: InpaintInputs,
	{ square, made, seeds, size }: DrawnSquares,
): PipelineResult {
	const soft = feather(mask, (job.feather * square.side) / size); // [1, H, W]
	const results = made.map((x, i) => {
		const enlarged = middlePart(x, square.side); // [3, side, side]
		return { pixels: blend(soft, pasteSquare(picture, enlarged, square), picture), seed: seeds[i] };
	});
	const { seed } = job;
	return {
		images: [
			...results,
			{ pixels: picture, seed, role: 'original' },
			{ pixels: asPicture(mask), seed, role: 'mask' },
			...(job.whole ? [] : [{ pixels: underMask(picture, mask), seed, role: 'hole to fill' }]),
		],
		notes: [...notes, ...enlargementNotes(square.side, made[0])],
	};
}

/** What is redrawn, as the course shows it: the picture where the mask is 1, black elsewhere. */
function underMask(picture: Tensor, mask: Tensor): Tensor {
	const black = map(picture, () => -1);
	return blend(mask, picture, black); // [3, H, W]
}

/** @param made [3, N, N] */
function enlargementNotes(side: number, { shape: [, size] }: Tensor): string[] {
	const factor = Number((side / size).toFixed(1));
	if (factor <= 1) return [];
	return [`The model draws ${size} × ${size} pixels, so the redrawn part is enlarged ${factor} times.`];
}
