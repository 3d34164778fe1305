/** Adds to a picture how close it is to the original. */
import { psnr } from '../tensor/psnr.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { PipelineResult } from './pipeline.ts';

export type Picture = PipelineResult['images'][number];

/** A picture with its PSNR against the original; none where both are equal, since JSON knows no infinity. */
export function withPsnr<F extends Omit<Picture, 'pixels' | 'psnr'>>(pixels: Tensor, original: Tensor, facts: F) {
	const decibels = psnr(pixels, original);
	return { pixels, ...facts, ...(Number.isFinite(decibels) && { psnr: decibels }) };
}
