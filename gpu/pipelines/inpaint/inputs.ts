/** What an inpainting is made from: the picture and what is redrawn of it. */
import { UserError } from '../../errors.ts';
import type { JobOf } from '../../jobs/index.ts';
import { measureImage } from '../../tensor/image.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { pictureNotes } from '../picture-notes.ts';
import type { PipelineContext } from '../pipeline.ts';
import { readMask } from './mask.ts';

export interface InpaintInputs {
	/** [3, H, W]: as large as the picture itself, or of the model's size. */
	readonly picture: Tensor;
	/** [1, H, W], 1 = redrawn. */
	readonly mask: Tensor;
	readonly notes: readonly string[];
}

/**
 * @param side of the picture, unless the job is for a whole one
 * @throws {UserError} as readMask, and where there is nothing under the mask to blend with or to start from
 */
export async function readInputs(
	job: JobOf<'inpaint'>,
	context: PipelineContext,
	side = context.denoiser.shape[1],
): Promise<InpaintInputs> {
	const isTransparent = job.area.by === 'transparency';
	const use = job.feather > 0 ? 'feather blends with' : job.strength !== undefined && 'strength starts from';
	if (isTransparent && use) {
		throw new UserError(
			`${use} what is under the mask, and under a transparent part there is nothing; use it with a mask or a region.`,
		);
	}
	const size = job.whole ? await measureImage(await context.loadBytes(job.image)) : { width: side, height: side };
	const [picture, { mask, notes: ofMask }, ofPicture] = await Promise.all([
		context.loadImage(job.image, { ...size, fit: job.fit }), // [3, H, W]
		readMask(job, size, context), // [1, H, W]
		isTransparent ? [] : pictureNotes(job.image, context),
	]);
	return { picture, mask, notes: [...ofPicture, ...ofMask] };
}
