/** Asks the judge of digits about pictures. */
import { availableParallelism } from 'node:os';
import { type DigitNetwork, openDigitNetwork } from '../gpu/models/digits/network.ts';
import { loadShipped } from '../gpu/models/digits/shipped.ts';
import { CLASSES, DIGIT_SIZE } from '../gpu/models/digits/unet.ts';
import { sizeOf, type Tensor, tensor } from '../gpu/tensor/tensor.ts';
import { networkOf } from '../gpu/training/networks.ts';

export interface Judged {
	/** The digit that it reads in each picture, [N]. */
	readonly read: readonly number[];
	/** The features that it finds in each picture, [N, F]. */
	readonly features: Tensor;
}

/** Pictures per batch. All at once would hold the activations of thousands. */
const AT_ONCE = 512;

/** The judge that comes with the bot, on all cores. */
export async function openJudge(): Promise<DigitNetwork> {
	const { tensors, hidden } = await loadShipped('judge');
	return openDigitNetwork(networkOf('judge', hidden).definition, tensors, {
		provider: 'cpu',
		threads: availableParallelism(),
	});
}

/** @param pictures [N, 1, 28, 28] in [0, 1] */
export async function judge(network: DigitNetwork, pictures: Float32Array): Promise<Judged> {
	const area = DIGIT_SIZE ** 2;
	const count = pictures.length / area;
	const read: number[] = [];
	const parts: Tensor[] = [];
	for (let start = 0; start < count; start += AT_ONCE) {
		const size = Math.min(AT_ONCE, count - start);
		const x = pictures.subarray(start * area, (start + size) * area);
		const { output, features } = await network.run({ x: tensor(x, [size, 1, DIGIT_SIZE, DIGIT_SIZE]) });
		if (!features) throw new Error('judge: the network has no output for features');
		parts.push(features); // [size, F]
		for (let i = 0; i < size; i++) {
			const logits = output.data.subarray(i * CLASSES, (i + 1) * CLASSES);
			read.push(logits.indexOf(Math.max(...logits)));
		}
	}
	const width = parts[0].shape[1];
	const features = new Float32Array(sizeOf([count, width]));
	let offset = 0;
	for (const { data } of parts) {
		features.set(data, offset);
		offset += data.length;
	}
	return { read, features: tensor(features, [count, width]) };
}

/** The share of pictures that are read right. */
export function accuracy(read: readonly number[], labels: ArrayLike<number>): number {
	return read.filter((digit, i) => digit === labels[i]).length / read.length;
}

/** The features of some of the pictures, [n, F]. */
export function featuresAt({ features }: Judged, indices: readonly number[]): Tensor {
	const [, width] = features.shape;
	const data = new Float32Array(indices.length * width);
	for (const [i, index] of indices.entries())
		data.set(features.data.subarray(index * width, (index + 1) * width), i * width);
	return tensor(data, [indices.length, width]);
}

/** How much pictures differ: the mean distance between neighbours in the unordered list. Features [N, F], N ≥ 2. */
export function spread({ data, shape: [count, width] }: Tensor): number {
	let total = 0;
	for (let n = 1; n < count; n++) {
		let square = 0;
		for (let i = 0; i < width; i++) square += (data[n * width + i] - data[(n - 1) * width + i]) ** 2;
		total += Math.sqrt(square);
	}
	return total / (count - 1);
}
