/** Compares samplers with their limits, where diffusers has nothing to compare with. */
import { describe, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import type { EstimateNoise } from '../../../gpu/diffusion/estimate.ts';
import { clippedLevelAt, levelAt } from '../../../gpu/diffusion/levels.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { countEstimates, planSampling, type SamplingChoice } from '../../../gpu/diffusion/plan.ts';
import { sample } from '../../../gpu/diffusion/sample.ts';
import type { Schedule } from '../../../gpu/diffusion/schedule.ts';
import { allFinite, map, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { DEEPFLOYD_CONFIG, golden, relativeRms } from './golden.ts';
import { toy } from './toy-network.ts';

const schedule = scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json');
/** The same without thresholding, which makes the exact solution known. */
const plain: Schedule = { ...schedule, thresholding: undefined };

/** The values of pictures are N(mean, deviation²), for which the optimal estimate of the noise is known. */
const DATA = { mean: 0.3, deviation: 0.5 };

const scaleAt = ({ alpha, sigma }: { alpha: number; sigma: number }) => Math.hypot(alpha * DATA.deviation, sigma);

const ofData: EstimateNoise = async (x, t) => {
	const level = levelAt(plain, t);
	const share = level.sigma / scaleAt(level) ** 2;
	return { noise: map(x, (value) => share * (value - level.alpha * DATA.mean)) };
};

const ofToy: EstimateNoise = async (x, t) => toy(x, t, 1);
const withoutVariance: EstimateNoise = async (x, t) => ({ noise: toy(x, t, 1).noise });

/** Walks, and returns the noise at the start and the state at the end. */
async function walk(choice: SamplingChoice, estimate: EstimateNoise, over: Schedule = plain) {
	const source = new TorchGenerator(3);
	const first = source.randn([3, 8, 8]);
	let last: Tensor | undefined;
	for await (const { x } of sample({ ...planSampling(choice), schedule: over, x: first, estimate, source })) last = x;
	return { first, last: last! };
}

/** How far a walk ends from the end of the probability flow, which keeps every value's quantile. */
async function errorOf(choice: SamplingChoice): Promise<number> {
	const { first, last } = await walk(choice, ofData);
	const level = clippedLevelAt(plain, planSampling(choice).timesteps[0]);
	const z = map(first, (value) => (value - level.alpha * DATA.mean) / scaleAt(level));
	return relativeRms(
		last,
		map(z, (value) => DATA.mean + DATA.deviation * value),
	);
}

describe('with a known probability flow', () => {
	it.each([
		['dpmpp-2m', 999, 2e-4],
		['heun', 1000, 2e-4],
		['dpmpp-2m', 20, 5e-3],
		['heun', 20, 2e-2],
		['dpmpp-2m', 10, 5e-2],
		['heun', 10, 5e-2],
	] as const)('%s in %d steps ends within %d of it', async (sampler, steps, tolerance) => {
		expect(await errorOf({ sampler, steps })).toBeLessThan(tolerance);
	});

	it.each([
		['dpmpp-2m', 10, 10],
		['dpmpp-2m', 49, 49],
		['heun', 10, 19],
		['heun', 50, 99],
	] as const)('%s in %d steps is more accurate than ddim with its %d calls', async (sampler, steps, calls) => {
		expect(countEstimates(planSampling({ sampler, steps }))).toBe(calls);
		const [error, ofDdim] = await Promise.all([
			errorOf({ sampler, steps }),
			errorOf({ sampler: 'ddim', steps: calls }),
		]);
		expect(error).toBeLessThan(ofDdim / 2);
	});

	it('euler-ancestral samples the right distribution', async () => {
		const { data } = (await walk({ sampler: 'euler-ancestral', steps: 250 }, ofData)).last;
		const mean = data.reduce((total, value) => total + value, 0) / data.length;
		const deviation = Math.sqrt(data.reduce((total, value) => total + (value - mean) ** 2, 0) / data.length);
		expect(Math.abs(mean - DATA.mean)).toBeLessThan(0.1); // 192 values: three standard errors
		expect(Math.abs(deviation - DATA.deviation)).toBeLessThan(0.08);
	});
});

describe('with DeepFloyd’s thresholding', () => {
	it.each([
		['dpmpp-2m', 99],
		['heun', 100],
	] as const)('%s in %d steps is close to heun in 1000', async (sampler, steps) => {
		const limit = await walk({ sampler: 'heun', steps: 1000 }, ofToy, schedule);
		const [many, few] = await Promise.all(
			[steps, Math.floor(steps / 4)].map(async (count) =>
				relativeRms((await walk({ sampler, steps: count }, ofToy, schedule)).last, limit.last),
			),
		);
		expect(many).toBeLessThan(0.02);
		expect(many).toBeLessThan(few);
	});

	it.each([{ steps: 10 }, { timesteps: 'smart27' }] as const)(
		'euler-ancestral is ddpm with the variance of the posterior (%j)',
		async (list) => {
			const ddpm = await walk({ sampler: 'ddpm', ...list }, withoutVariance, schedule);
			const euler = await walk({ sampler: 'euler-ancestral', ...list }, ofToy, schedule);
			expect(relativeRms(euler.last, ddpm.last)).toBeLessThan(1e-4);
		},
	);
});

describe('the noisiest levels of the squared-cosine schedule', () => {
	it('are clipped at DeepFloyd’s lambda_min_clipped, as in diffusers', () => {
		expect([990, 995, 996, 999, 0, -1].map((t) => clippedLevelAt(schedule, t).t)).toEqual([990, 995, 995, 995, 0, -1]);
		expect(clippedLevelAt({ ...schedule, lambdaMinClipped: undefined }, 999).t).toBe(999);
		expect(levelAt(schedule, 995).lambda).toBeGreaterThan(-5.1);
		expect(levelAt(schedule, 996).lambda).toBeLessThan(-5.1);
	});

	it('are not clipped in the linear schedule', () => {
		const { lambdaMinClipped } = scheduleFromConfig(golden.schedules[1].config, 'scheduler_config.json');
		expect(lambdaMinClipped).toBeUndefined();
	});

	it('would make heun inaccurate', async () => {
		const clipped = await errorOf({ sampler: 'heun', timesteps: 'smart27' });
		const { first, last } = await walk({ sampler: 'heun', timesteps: 'smart27' }, ofData, {
			...plain,
			lambdaMinClipped: undefined,
		});
		const whole = relativeRms(
			last,
			map(first, (value) => DATA.mean + DATA.deviation * value),
		);
		expect(clipped).toBeLessThan(0.03);
		expect(whole).toBeGreaterThan(0.1);
	});

	it.each(['dpmpp-2m', 'heun'] as const)('do not break %s even if a list has many of them', async (sampler) => {
		const steps = sampler === 'heun' ? 1000 : 999;
		expect(planSampling({ sampler, steps }).timesteps.slice(0, 4)).toEqual([999, 998, 997, 996]);
		expect(allFinite((await walk({ sampler, steps }, ofToy, schedule)).last)).toBe(true);
	});
});
