import { expect, it } from 'vitest';
import { guided, guidesAt } from '../../../gpu/diffusion/guidance.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';

const shape = [1, 1, 2];
const conditional = { noise: tensor(Float32Array.of(1, 2), shape), variance: tensor(Float32Array.of(5, 6), shape) };
const unconditional = { noise: tensor(Float32Array.of(3, 1), shape), variance: tensor(Float32Array.of(7, 8), shape) };

it.each([
	[0, [3, 1]],
	[1, [1, 2]],
	[7, [-11, 8]],
])('at scale %d the noise is u + g (c - u), and the variance that of the condition', (scale, noise) => {
	const estimate = guided(conditional, unconditional, scale);
	expect([...estimate.noise.data]).toEqual(noise);
	expect(estimate.variance).toBe(conditional.variance);
});

it.each([
	[{ guidanceScale: 7 }, [0, 200, 201, 999]],
	[{ guidanceScale: 7, guidanceRange: [200, 201] as const }, [200, 201]],
	[{ guidanceScale: 1 }, []],
	[{ guidanceScale: 7, guidanceRange: [200, 998] as const }, [200, 201]],
	[{ guidanceScale: 1, guidanceRange: [200, 998] as const }, []],
])('%j guides at %j out of 0, 200, 201 and 999', (guidance, timesteps) => {
	expect([0, 200, 201, 999].filter((t) => guidesAt(guidance, t))).toEqual(timesteps);
});
