/** Both ways from noise to points, with analytic networks. */
import { expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { PLANE_SCHEDULE, planeTimesteps } from '../../../../gpu/diffusion/plane-schedule.ts';
import { alphaCumprodAt } from '../../../../gpu/diffusion/schedule.ts';
import type { ToyMethod } from '../../../../gpu/jobs/index.ts';
import { type AskPlane, PLANE_METHODS } from '../../../../gpu/pipelines/plane/methods.ts';
import { map, type Tensor, zeros } from '../../../../gpu/tensor/tensor.ts';

const POINTS = 4000;

async function statesOf(method: ToyMethod, ask: AskPlane, steps: number): Promise<readonly Tensor[]> {
	const source = new TorchGenerator(1);
	const x = source.randn([POINTS, 2]);
	const states = [x];
	const { signal } = new AbortController();
	for await (const state of PLANE_METHODS[method].walk(ask, { steps, x, source, signal })) states.push(state.x);
	return states;
}

const deviation = ({ data }: Tensor) => Math.sqrt(data.reduce((sum, value) => sum + value ** 2, 0) / data.length);

test('Euler steps along u = 2t − x match the formula', async () => {
	const states = await statesOf('flow', async (x, t) => map(x, (value) => 2 * t - value), 4);
	expect(states).toHaveLength(5);
	for (const [n, { data }] of states.slice(1).entries()) {
		// x' = x + (2t − x)/4 at t = n/4
		const before = states[n].data;
		for (const i of [0, 1, 777]) expect(data[i]).toBeCloseTo(0.75 * before[i] + n / 8, 6);
	}
});

/** For normal data with deviation 2 the expected noise in x_t is E[ε | x_t] = σ x / (4α² + σ²). */
const knownNoise: AskPlane = async (x, time) => {
	const alphaCumprod = alphaCumprodAt(PLANE_SCHEDULE, Math.round(1000 * time));
	const share = Math.sqrt(1 - alphaCumprod) / (4 * alphaCumprod + 1 - alphaCumprod);
	return map(x, (value) => share * value);
};

test('a DDPM with that estimate turns noise into data of deviation 2', async () => {
	const many = await statesOf('ddpm', knownNoise, 500);
	expect(many).toHaveLength(501);
	expect(deviation(many[500])).toBeCloseTo(2, 1);
});

test('the walk starts at the last timestep for any number of steps', () => {
	expect(planeTimesteps(1)).toEqual([999]);
	expect(planeTimesteps(4)).toEqual([999, 749, 499, 249]);
	expect(planeTimesteps(500).at(-1)).toBe(1);
});

test('both methods have the same shares of noise and data at the same time', async () => {
	const data = map(zeros([POINTS, 2]), () => 1);
	const noise = zeros([POINTS, 2]);
	const without = map(data, () => 0);
	const unit = map(noise, () => 1);
	for (const time of [0.25, 0.5, 0.75, 0.95]) {
		for (const method of ['ddpm', 'flow'] as const) {
			const { noised } = PLANE_METHODS[method];
			const [signal] = noised(data, time, noise).data;
			const [rest] = noised(without, time, unit).data;
			expect(rest / signal).toBeCloseTo((1 - time) / time, 1);
		}
	}
});

test('arrows point to where points are more likely, and along the velocity', async () => {
	const x = new TorchGenerator(2).randn([3, 2]);
	const score = await PLANE_METHODS.ddpm.arrows(knownNoise, x, 0.5);
	for (const i of x.data.keys()) expect(Math.sign(score.data[i])).toBe(-Math.sign(x.data[i]));
	expect(await PLANE_METHODS.flow.arrows(async (at) => at, x, 0.5)).toEqual(x);
});
