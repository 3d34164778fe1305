/** Following a flow, with the samplers of gpu/diffusion/flow. */
import { describe, expect, it, test } from 'vitest';
import { impliedX1, pointAt } from '../../../gpu/diffusion/flow/path.ts';
import { countVelocities, flowTimes, sampleFlow } from '../../../gpu/diffusion/flow/sample.ts';
import { FLOW_SAMPLER_NAMES, type FlowSamplerName } from '../../../gpu/diffusion/flow/samplers.ts';
import { combine, map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';

const START = tensor(Float32Array.of(1, -2), [1, 1, 2]);

/** Follows dx = (1 + t) x dt from START. The exact solution is x0 exp(t + t²/2). */
async function grown(sampler: FlowSamplerName, steps: number) {
	let calls = 0;
	const states: Tensor[] = [];
	const estimate = async (x: Tensor, t: number) => {
		calls++;
		return map(x, (value) => (1 + t) * value);
	};
	for await (const { x } of sampleFlow({ sampler, steps, x: START, estimate })) states.push(x);
	return { x: states.at(-1)!.data[0], steps: states.length, calls };
}

describe.each([
	['euler', 1],
	['heun', 2],
] as const)('%s', (sampler, order) => {
	it('converges with its order', async () => {
		const error = async (steps: number) => Math.abs((await grown(sampler, steps)).x - Math.exp(1.5));
		expect((await error(40)) / (await error(80))).toBeCloseTo(2 ** order, 0);
	});

	it('makes the predicted number of calls', async () => {
		const { calls, steps } = await grown(sampler, 7);
		expect(steps).toBe(7);
		expect(calls).toBe(countVelocities({ sampler, steps: 7 }));
	});
});

test.each(FLOW_SAMPLER_NAMES)('%s follows a straight line in one step', async (sampler) => {
	const noise = tensor(Float32Array.of(0.5, 2), [1, 1, 2]);
	const velocity = combine(1, START, -1, noise);
	const walk = sampleFlow({ sampler, steps: 1, x: noise, estimate: async () => velocity });
	const { value } = await walk.next();
	expect(value).toMatchObject({ i: 0, t: 0, x: START, x0: START });
	expect(await walk.next()).toMatchObject({ done: true });
});

test('steps start at evenly spaced times, also from a later start', () => {
	const at = (steps: number, start?: number) => flowTimes({ sampler: 'euler', steps }, start);
	expect(at(4)).toEqual([0, 0.25, 0.5, 0.75]);
	expect(at(4, 0.5)).toEqual([0.5, 0.75]);
	expect(at(10, 0.7)).toHaveLength(3);
	expect(at(1, 0.9)).toEqual([0.9]);
});

test('a point on the line and its velocity determine the picture', () => {
	const noise = tensor(Float32Array.of(3, 5), [1, 1, 2]);
	const velocity = combine(1, START, -1, noise);
	for (const t of [0, 0.25, 1]) {
		const point = pointAt(noise, START, t);
		expect(point.data[0]).toBeCloseTo(3 + t * (1 - 3), 6);
		expect(impliedX1(point, t, velocity).data[1]).toBeCloseTo(-2, 6);
	}
});

test('makes no calls after an abort', async () => {
	const stop = new AbortController();
	let calls = 0;
	const estimate = async (x: Tensor) => {
		if (++calls === 2) stop.abort(new Error('enough'));
		return x;
	};
	const walk = sampleFlow({ sampler: 'euler', steps: 5, x: START, estimate, signal: stop.signal });
	await walk.next();
	await expect(walk.next()).rejects.toThrow('enough');
	expect(calls).toBe(2);
});
