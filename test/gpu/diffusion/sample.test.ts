import { describe, expect, it } from 'vitest';
import { scheduleFromConfig } from '../../../gpu/diffusion/config.ts';
import { guided } from '../../../gpu/diffusion/guidance.ts';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { countEstimates, countSteps, planSampling } from '../../../gpu/diffusion/plan.ts';
import { type SampleOptions, type SampleState, sample } from '../../../gpu/diffusion/sample.ts';
import { SAMPLERS } from '../../../gpu/diffusion/samplers/index.ts';
import type { Sampler } from '../../../gpu/diffusion/samplers/sampler.ts';
import { map, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { DEEPFLOYD_CONFIG, golden, relativeRms, unpack } from './golden.ts';
import { toy } from './toy-network.ts';

const schedule = scheduleFromConfig(DEEPFLOYD_CONFIG, 'scheduler_config.json');
const SIDE = 8;

function options(changes: Partial<SampleOptions> = {}): SampleOptions {
	const source = new TorchGenerator(11);
	return {
		schedule,
		...planSampling({ sampler: 'ddpm', steps: 10 }),
		x: source.randn([3, SIDE, SIDE]),
		estimate: async (x, t) => toy(x, t, 1),
		source,
		...changes,
	};
}

async function statesOf(sampleOptions: SampleOptions): Promise<SampleState[]> {
	const states: SampleState[] = [];
	for await (const state of sample(sampleOptions)) states.push(state);
	return states;
}

describe('sample', () => {
	it.each(golden.samples)('$calls guided steps of $sampler (eta $eta) agree with PyTorch', async (expected) => {
		const source = new TorchGenerator(expected.seed);
		const states = await statesOf(
			options({
				...planSampling({ sampler: expected.sampler, eta: expected.eta, steps: expected.calls }),
				x: source.randn([3, SIDE, SIDE]),
				estimate: async (x, t) => guided(toy(x, t, 1), toy(x, t, 0), expected.scale),
				source,
			}),
		);
		const last = states.at(-1)!;
		expect(states).toHaveLength(10);
		expect(relativeRms(last.x, unpack(expected.result))).toBeLessThan(1e-4);
		expect(relativeRms(last.x0, unpack(expected.x0))).toBeLessThan(1e-4);
	});

	it.each(golden.solver_samples)(
		"guided steps of $sampler ($steps$timesteps, under $config) end where diffusers' scheduler ends",
		async ({ config, scale, seed, result, ...choice }) => {
			const source = new TorchGenerator(seed);
			const states = await statesOf(
				options({
					schedule: scheduleFromConfig({ ...DEEPFLOYD_CONFIG, ...config }, 'scheduler_config.json'),
					...planSampling(choice),
					x: source.randn([3, SIDE, SIDE]),
					estimate: async (x, t) => guided(toy(x, t, 1), toy(x, t, 0), scale),
					source,
				}),
			);
			expect(relativeRms(states.at(-1)!.x, unpack(result))).toBeLessThan(1e-4);
		},
	);

	it('yields the state after every step, with the timestep at which it called the network', async () => {
		const states = await statesOf(options({ timesteps: [60, 30, 0] }));
		expect(states.map(({ i, t }) => [i, t])).toEqual([
			[0, 60],
			[1, 30],
			[2, 0],
		]);
		expect(states[2].x).toEqual(states[2].x0); // at t = 0 ddpm adds no noise
	});

	it('calls the network at every timestep but the last with the course’s sampler', async () => {
		const states = await statesOf(options({ timesteps: [60, 30, 0], sampler: SAMPLERS.course }));
		expect(states.map(({ t }) => t)).toEqual([60, 30]);
		expect(states[1].x).not.toEqual(states[1].x0); // adds variance in the last step too
	});

	it('applies constrain to x after every step, at the timestep reached', async () => {
		const constrained: number[] = [];
		const seen: number[] = [];
		const estimate = async (x: Tensor, t: number) => {
			seen.push(x.data[0]);
			return toy(x, t, 1);
		};
		const constrain = (x: Tensor, t: number) => {
			constrained.push(t);
			return map(x, (value, i) => (i === 0 ? t : value));
		};
		const states = await statesOf(options({ timesteps: [90, 60, 0], estimate, constrain }));
		expect(constrained).toEqual([60, 0, -1]);
		expect(states.map(({ x }) => x.data[0])).toEqual([60, 0, -1]);
		expect(seen.slice(1)).toEqual([60, 0]);
	});

	it('goes back up when resampling, and counts every step', async () => {
		const resampling = { jumpLength: 2, resamples: 2 };
		const states = await statesOf(options({ timesteps: [90, 60, 30, 0], resampling }));
		// One jump, from 0 back up to 60.
		expect(states.map(({ t }) => t)).toEqual([90, 60, 30, 60, 30, 0]);
		expect(states.map(({ i }) => i)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(countSteps({ sampler: SAMPLERS.ddpm, timesteps: [90, 60, 30, 0], resampling })).toBe(6);
	});

	it("throws the signal's reason before the next network call", async () => {
		const controller = new AbortController();
		const reason = new Error('cancelled by its owner');
		let calls = 0;
		const estimate = async (x: Tensor, t: number) => {
			calls++;
			return toy(x, t, 1);
		};
		const run = async () => {
			for await (const { i } of sample(options({ estimate, signal: controller.signal }))) {
				if (i === 2) controller.abort(reason);
			}
		};
		await expect(run()).rejects.toBe(reason);
		expect(calls).toBe(3);
	});

	it('does not yield a step during which it was aborted', async () => {
		const controller = new AbortController();
		const estimate = async (x: Tensor, t: number) => {
			controller.abort();
			return toy(x, t, 1);
		};
		const states: SampleState[] = [];
		const run = async () => {
			for await (const state of sample(options({ estimate, signal: controller.signal }))) states.push(state);
		};
		await expect(run()).rejects.toThrow();
		expect(states).toEqual([]);
	});

	it('lets a sampler call twice per step and remember its last step, starting anew after each jump', async () => {
		const asked: number[] = [];
		const remembered: (number | undefined)[] = [];
		/** Calls again at the end of every step but the last, like Heun's method. */
		const sampler: Sampler = {
			summary: 'for this test',
			landing: 'clean',
			asksAt: ({ t, previous }) => (previous === -1 ? [t] : [t, previous]),
			begin: ({ estimate }) => {
				let last: number | undefined;
				return async (x, { t, previous }) => {
					remembered.push(last);
					last = t;
					const { noise } = await estimate(x, t);
					if (previous !== -1) await estimate(noise, previous);
					return { x: noise, x0: x };
				};
			},
		};
		const walk = { sampler, timesteps: [90, 60, 30, 0], resampling: { jumpLength: 2, resamples: 2 } };
		const estimate = async (x: Tensor, t: number) => {
			asked.push(t);
			return toy(x, t, 1);
		};
		await statesOf(options({ ...walk, estimate }));
		expect(asked).toEqual([90, 60, 60, 30, 30, 0, 60, 30, 30, 0, 0]);
		expect(remembered).toEqual([undefined, 90, 60, undefined, 60, 30]); // the fourth step follows a jump back up
		expect(countEstimates(walk)).toBe(asked.length);
	});

	it('refuses timesteps that do not descend', async () => {
		await expect(statesOf(options({ timesteps: [0, 30] }))).rejects.toThrow('expected less than 0');
	});
});
