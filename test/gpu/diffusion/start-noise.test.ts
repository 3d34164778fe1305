import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import { withMeanOf } from '../../../gpu/diffusion/start-noise.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';

const schedule = { alphasCumprod: squaredcosCapV2(1000) };

test('every channel gets the mean of the noisy picture, and is otherwise the same noise', () => {
	const noise = new TorchGenerator(3).randn([2, 4, 4]);
	const picture = tensor(
		Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 0.5 : i % 2)),
		[2, 4, 4],
	);
	const x = withMeanOf(picture, noise, schedule, 990);
	const alpha = Math.sqrt(schedule.alphasCumprod[990]);
	for (const [channel, mean] of [0.5, 0.5].entries()) {
		const values = [...x.data.slice(16 * channel, 16 * (channel + 1))];
		expect(values.reduce((sum, value) => sum + value, 0) / 16).toBeCloseTo(alpha * mean, 6);
		const moved = values.map((value, i) => value - noise.data[16 * channel + i]);
		expect(Math.max(...moved) - Math.min(...moved)).toBeLessThan(1e-6);
	}
});
