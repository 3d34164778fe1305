/**
 * Convolution of an image with every pixel repeated, as direct convolutions of the image itself: one for each of the four pixels
 * that come of one. Of the nine taps, those that meet the same pixel are added up beforehand, which leaves four.
 */
import type { Value } from '../../graph.ts';
import { matMul } from '../../ops/linear.ts';
import { reshape, split } from '../../ops/movement.ts';
import { blockedConv, blockWeight, fillsBlocks, inBlocks, outOfBlocks } from './blocks.ts';
import { alternate } from './sub-pixels.ts';

/** Even and odd rows or columns of the result. */
const PHASES = [0, 1] as const;

/**
 * upsampledConv; undefined where its channels do not fill blocks. For weights that are constants, whose sums ONNX Runtime takes
 * when it loads the graph. With 96 channels at 16 x 16 it takes 316 instead of 532 µs, 74 µs of changing places included.
 */
export function upsampledConvInBlocks([x, weight, bias]: readonly Value[], block: number): [Value] | undefined {
	if (!fillsBlocks([weight], [0, 1], block)) return undefined;
	const [filters, channels] = weight.shape.map(Number);
	const [batch, , height, width] = x.shape;
	const taps = reshape([weight], { shape: [filters, channels, 9] });
	const sums = split([matMul([taps, weight.graph.constant(meetings(), [9, 16])])], { axis: 2, parts: 4 });
	const rows = PHASES.map((row) => {
		const columns = PHASES.map((column) => {
			const kernel = reshape([sums[2 * row + column]], { shape: [filters, channels, 2, 2] });
			const [before, after] = [[1 - row, 1 - column] as const, [row, column] as const];
			return blockedConv([inBlocks(x), blockWeight(kernel, block), bias], { kernel: [2, 2], before, after });
		});
		return alternate(columns, block);
	});
	const shape = [batch, filters, 2 * Number(height), 2 * Number(width)];
	return [outOfBlocks(reshape([alternate(rows, 2 * Number(width) * block)], { shape }))];
}

/** [9 taps, 4 phases · 4 sums]: 1 where a tap is part of a sum. */
function meetings(): Float32Array {
	const parts = new Float32Array(9 * 16);
	for (let tap = 0; tap < 9; tap++) {
		for (let phase = 0; phase < 4; phase++) {
			// Which of two neighbouring pixels an even or odd row (column) meets with this tap.
			const row = (Math.floor(tap / 3) + 1 - (phase >> 1)) >> 1;
			const column = ((tap % 3) + 1 - (phase & 1)) >> 1;
			parts[16 * tap + 4 * phase + 2 * row + column] = 1;
		}
	}
	return parts;
}
