/** The toy network of the recorded samples. */
import type { Estimate } from '../../../gpu/diffusion/estimate.ts';
import { map, type Tensor } from '../../../gpu/tensor/tensor.ts';

/** The function `toy` of test/fixtures/diffusion/make.py, at any size. Prompt 0 is the unconditional branch. */
export function toy(x: Tensor, t: number, prompt: number): Estimate {
	const [, size] = x.shape;
	const pattern = map(x, (_, i) => {
		const channel = Math.floor(i / size ** 2);
		const row = Math.floor(i / size) % size;
		return Math.sin(0.004 * t + 0.7 * channel + 0.9 * prompt * row);
	});
	const left = (i: number) => (i % size === 0 ? i + size - 1 : i - 1);
	return {
		noise: map(x, (value, i) => 0.8 * value + 0.15 * x.data[left(i)] + 0.2 * pattern.data[i]),
		variance: map(x, (value, i) => Math.tanh(value - pattern.data[i])),
	};
}
