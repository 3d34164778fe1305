/** The modulations of all blocks at once: two products instead of one per block, and a tenth of the operations. */
import type { Value } from '../../graph.ts';
import { add, mul } from '../../ops/elementwise.ts';
import { linear } from '../../ops/linear.ts';
import { type ModulationParameters, modulationBlocks } from '../../ops/modulation.ts';
import { concat, reshape, slice, splitSizes } from '../../ops/movement.ts';

/** Weights of more numbers are not copied into one matrix: their products take so long that the rest does not show. */
const MOST_NUMBERS = 2 ** 22;

/** modulations; undefined where the weights are large. Their joins are meant to be constants. */
export function modulationsAtOnce([x, ...inputs]: readonly Value[]): Value[] | undefined {
	const blocks = modulationBlocks(inputs);
	const sizes = blocks.map(({ normScale }) => Number(normScale.shape[0]));
	const total = sizes.reduce((sum, size) => sum + size, 0);
	if (x.dtype !== 'float32' || 2 * total * Number(x.shape[1]) > MOST_NUMBERS) return undefined;
	const joined = (key: keyof ModulationParameters) =>
		concat(
			blocks.map((block) => block[key]),
			{ axis: 0 },
		);
	/** A half of every block's. */
	const halves = (key: 'weight' | 'bias', half: 0 | 1) => {
		const parts = blocks.map((block, i) => {
			const [start, end] = [half * sizes[i], (half + 1) * sizes[i]];
			return slice([block[key]], { axes: [0], starts: [start], ends: [end] });
		});
		return concat(parts, { axis: 0 });
	};
	const [scale, shift] = ([0, 1] as const).map((half) => {
		const vector = linear([x, halves('weight', half), halves('bias', half)]);
		return reshape([vector], { shape: [x.shape[0], total, 1, 1] });
	});
	const gain = add([scale, x.graph.scalar(1)]);
	const gains = splitSizes([mul([gain, joined('normScale')])], { axis: 1, sizes });
	const offsets = splitSizes([add([mul([gain, joined('normBias')]), shift])], { axis: 1, sizes });
	return gains.flatMap((gain, i) => [gain, offsets[i]]);
}
