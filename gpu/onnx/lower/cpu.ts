/** What the CPU does in a way of its own, each faster there than what it stands for. */

import { channelAffine, scaleChannels } from '../ops/channels.ts';
import { averagePool2, conv, convTranspose, upsampledConv } from '../ops/convolution.ts';
import { geluSlope } from '../ops/elementwise.ts';
import { kernelGradient, movedCopies, stridedKernelGradient } from '../ops/kernel-gradients.ts';
import { channelDot, matMulTransposedB } from '../ops/linear.ts';
import { modulations } from '../ops/modulation.ts';
import { batchNormalizationOfBatch } from '../ops/normalization.ts';
import { averagePoolByTaps } from './cpu/average-pooling.ts';
import { affineByBatchNormalization, batchNormalizationInTrainingMode } from './cpu/batch-normalization.ts';
import { convInBlocks, convTransposeInBlocks } from './cpu/blocked-convolutions.ts';
import { blockedKernelGradient } from './cpu/blocked-kernel-gradient.ts';
import { modulationsAtOnce } from './cpu/modulations.ts';
import { moveByConvolution } from './cpu/moved-copies.ts';
import { channelDotByProducts, fusedMatMulTransposedB } from './cpu/products.ts';
import { batchNormalizationBySingleTaps, geluSlopeBySingleTaps, scaleBySingleTaps } from './cpu/single-taps.ts';
import { upsampledConvInBlocks } from './cpu/upsampled-convolution.ts';
import { type Rule, rule } from './lower.ts';

const RULES: readonly Rule[] = [
	rule(batchNormalizationOfBatch, (inputs, options) => {
		return batchNormalizationBySingleTaps(inputs, options) ?? batchNormalizationInTrainingMode(inputs, options);
	}),
	rule(channelDot, (images) => [channelDotByProducts(images)]),
	rule(geluSlope, geluSlopeBySingleTaps),
	rule(matMulTransposedB, (matrices) => [fusedMatMulTransposedB(matrices)]),
	rule(movedCopies, ([image], options) => [moveByConvolution(image, options)]),
	rule(scaleChannels, scaleBySingleTaps),
];

/** @param block channels that the CPU's direct convolutions take at a time (findConvolutionBlock); absent: it has none */
export function cpuRules(block?: number): readonly Rule[] {
	if (!block) return RULES;
	return [
		...RULES,
		rule(conv, (inputs, options) => convInBlocks(inputs, options, block)),
		rule(convTranspose, (inputs, options, [{ shape }]) => {
			return convTransposeInBlocks(inputs, options, [Number(shape[2]), Number(shape[3])], block);
		}),
		rule(kernelGradient, ([x, dy], shape) => blockedKernelGradient(dy, x, { ...shape, stride: 1 }, block)),
		rule(stridedKernelGradient, ([small, large], shape) => blockedKernelGradient(small, large, shape, block)),
	];
}

/**
 * As cpuRules, for weights that are constants and may be copied: ONNX Runtime puts those into blocks by itself.
 *
 * @param threads on which the graph runs
 */
export function cpuRulesForConstants(threads: number, block?: number): readonly Rule[] {
	const rules = [
		rule(modulations, modulationsAtOnce),
		...(threads > MOST_THREADS_FOR_ONE_PASS ? [] : [rule(channelAffine, affineByBatchNormalization)]),
	];
	if (!block) return rules;
	return [
		...rules,
		rule(averagePool2, (images) => averagePoolByTaps(images, block)),
		rule(upsampledConv, (inputs) => upsampledConvInBlocks(inputs, block)),
	];
}

/** ONNX Runtime's BatchNormalization takes one pass on one thread; Mul and Add take two on all. */
const MOST_THREADS_FOR_ONE_PASS = 2;
