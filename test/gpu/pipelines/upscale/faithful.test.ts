import { expect, it } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { impliedX0 } from '../../../../gpu/diffusion/schedule.ts';
import { faithfulTo, withBlockMeans } from '../../../../gpu/pipelines/upscale/faithful.ts';
import { combine, map, type Tensor, tensor } from '../../../../gpu/tensor/tensor.ts';
import { relativeRms } from '../../diffusion/golden.ts';
import { ToyDenoiser } from '../toy.ts';

const random = new TorchGenerator(7);
const small = map(random.randn([3, 4, 4]), (value) => value / 4);

/** The means of k x k blocks, computed pixel by pixel. */
function blockMeans(x: Tensor, k: number): Tensor {
	const [channels, size] = x.shape;
	const means = new Float32Array((channels * size * size) / k ** 2);
	for (const [i, value] of x.data.entries()) {
		const [channel, row, column] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
		means[(channel * (size / k) + Math.floor(row / k)) * (size / k) + Math.floor(column / k)] += value / k ** 2;
	}
	return tensor(means, [channels, size / k, size / k]);
}

it('sets the means of blocks and keeps the detail', () => {
	const x = random.randn([3, 16, 16]);
	const held = withBlockMeans(x, small);
	expect(relativeRms(blockMeans(held, 4), small)).toBeLessThan(1e-6);
	const zero = map(small, () => 0);
	expect(relativeRms(withBlockMeans(held, zero), withBlockMeans(x, zero))).toBeLessThan(1e-6);
});

it('changes a noise estimate to make the implied clean picture have the small one’s means', async () => {
	const { schedule } = new ToyDenoiser();
	const x = random.randn([3, 16, 16]);
	const variance = random.randn([3, 16, 16]);
	// The estimate implies a picture near 0, where nothing is clamped.
	const estimate = async (at: Tensor, t: number) => ({
		noise: combine(1 / Math.sqrt(1 - schedule.alphasCumprod[t]), at, 0, at),
		variance,
	});
	for (const t of [20, 500, 980]) {
		const held = await faithfulTo(small, schedule, estimate)(x, t);
		expect(held.variance).toBe(variance);
		expect(relativeRms(blockMeans(impliedX0(schedule, x, t, held.noise), 4), small)).toBeLessThan(1e-2);
	}
});
