/**
 * Convolutions as the CPU's direct ones (blocks.ts), for weights that are not known beforehand. ONNX Runtime does so by itself
 * where weights are constants, as in a trained network; in a training step they are inputs. Measured on one core with 64 to
 * 128 channels: 180 to 200 GFLOP/s instead of 125 to 145, the changes of layout included.
 */
import type { Value } from '../../graph.ts';
import type { ConvOptions } from '../../ops/convolution.ts';
import { blockedConv, blockWeight, fillsBlocks, inBlocks, outOfBlocks } from './blocks.ts';
import { fitsSubPixels, subPixelConv } from './sub-pixels.ts';

/** conv; undefined where its channels do not fill blocks. */
export function convInBlocks(
	[x, weight, ...bias]: readonly Value[],
	{ padding, stride = 1 }: ConvOptions,
	block: number,
): [Value] | undefined {
	if (!fillsBlocks([weight], [0, 1], block)) return undefined;
	const [height, width] = weight.shape.slice(2).map(Number);
	const zeros = [padding, padding] as const;
	const shape = { kernel: [height, width], before: zeros, after: zeros, stride } as const;
	return [outOfBlocks(blockedConv([inBlocks(x), blockWeight(weight, block), ...bias], shape))];
}

/** convTranspose with a result of this `size`; undefined where its channels do not fill blocks, or its phases do not fit. */
export function convTransposeInBlocks(
	[x, weight, ...bias]: readonly Value[],
	{ padding, stride = 1 }: ConvOptions,
	size: readonly [number, number],
	block: number,
): [Value] | undefined {
	const shape = { kernel: Number(weight.shape[2]), padding, stride, size };
	if (!fillsBlocks([weight], [0, 1], block) || !fitsSubPixels(x, shape)) return undefined;
	return [outOfBlocks(subPixelConv([inBlocks(x), weight, ...bias], shape, block))];
}
