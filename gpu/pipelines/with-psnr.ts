/** Records how close a picture is to the original. */
import { psnr } from '../tensor/psnr.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { PipelineResult } from './pipeline.ts';

export type Picture = PipelineResult['images'][number];

/** A picture with its PSNR against the original; none if the two are equal, since JSON has no infinity. */
export function withPsnr<F extends Omit<Picture, 'pixels' | 'psnr'>>(pixels: Tensor, original: Tensor, facts: F) {
	const decibels = psnr(pixels, original);
	return { pixels, ...facts, ...(Number.isFinite(decibels) && { psnr: decibels }) };
}
