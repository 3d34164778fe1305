import { describe, expect, it } from 'vitest';
import { countSteps } from '../../../gpu/diffusion/plan.ts';
import { SAMPLER_NAMES, SAMPLERS } from '../../../gpu/diffusion/samplers/index.ts';
import { assertTimesteps, COURSE_TIMESTEPS, spacingNotes, timestepsFor } from '../../../gpu/diffusion/timesteps.ts';
import { UserError } from '../../../gpu/errors.ts';

describe('timestepsFor', () => {
	it("is the course's list by default: 990, 960, ..., 0", () => {
		expect(COURSE_TIMESTEPS).toHaveLength(34);
		expect(COURSE_TIMESTEPS.slice(0, 3)).toEqual([990, 960, 930]);
		expect(COURSE_TIMESTEPS.at(-1)).toBe(0);
		for (const sampler of ['course', 'ddpm'] as const) expect(timestepsFor({ sampler })).toBe(COURSE_TIMESTEPS);
	});

	it('gives the same list for the default number of steps', () => {
		expect(timestepsFor({ sampler: 'ddpm', steps: 34 })).toEqual(timestepsFor({ sampler: 'ddpm' }));
		expect(timestepsFor({ sampler: 'course', steps: 33 })).toEqual(timestepsFor({ sampler: 'course' }));
	});

	it("spaces other lists by diffusers' leading rule", () => {
		expect(timestepsFor({ sampler: 'ddpm', steps: 4 })).toEqual([750, 500, 250, 0]);
		expect(timestepsFor({ sampler: 'ddpm', steps: 30 })[0]).toBe(29 * 33);
		expect(timestepsFor({ sampler: 'ddpm', steps: 1 })).toEqual([0]);
		expect(timestepsFor({ sampler: 'course', steps: 4 })).toEqual([800, 600, 400, 200, 0]);
		expect(timestepsFor({ sampler: 'ddpm', steps: 1000 })).toEqual(Array.from({ length: 1000 }, (_, i) => 999 - i));
	});

	it.each([
		['ddpm', 1],
		['ddpm', 7],
		['ddpm', 1000],
		['course', 1],
		['course', 33],
		['course', 999],
		['dpmpp-2m', 1],
		['dpmpp-2m', 33],
		['dpmpp-2m', 999],
	] as const)('gives %s exactly %d steps', (sampler, steps) => {
		const timesteps = timestepsFor({ sampler, steps });
		expect(() => assertTimesteps(timesteps, 1000)).not.toThrow();
		expect(countSteps({ sampler: SAMPLERS[sampler], timesteps })).toBe(steps);
	});

	it('gives one of DeepFloyd’s lists by name, but not together with steps', () => {
		const smart50 = timestepsFor({ sampler: 'ddpm', timesteps: 'smart50' });
		expect(smart50.slice(0, 3)).toEqual([999, 988, 977]);
		expect(countSteps({ sampler: SAMPLERS.ddpm, timesteps: smart50 })).toBe(50);
		expect(countSteps({ sampler: SAMPLERS.course, timesteps: smart50 })).toBe(49);
		const both = () => timestepsFor({ sampler: 'ddpm', steps: 50, timesteps: 'smart50' });
		expect(both).toThrow(UserError);
		expect(both).toThrow('either steps or timesteps');
	});

	it('names the range for a number of steps outside it', () => {
		expect(() => timestepsFor({ sampler: 'ddpm', steps: 0 })).toThrow(UserError);
		expect(() => timestepsFor({ sampler: 'ddpm', steps: 1001 })).toThrow('from 1 to 1000, not 1001');
		expect(() => timestepsFor({ sampler: 'course', steps: 1000 })).toThrow('from 1 to 999, not 1000');
		expect(() => timestepsFor({ sampler: 'ddpm', steps: 2.5 })).toThrow('whole number');
	});
});

describe('assertTimesteps', () => {
	it.each([
		[[], 'empty'],
		[[10, 10], 'entry 1 is 10, expected less than 10'],
		[[0, 30], 'entry 1 is 30, expected less than 0'],
		[[1000, 0], 'entry 0 is 1000, expected an integer in 0..999'],
		[[5, -1], 'entry 1 is -1'],
		[[5.5], 'entry 0 is 5.5'],
	])('refuses %j', (timesteps, message) => {
		expect(() => assertTimesteps(timesteps, 1000)).toThrow(message);
	});
});

describe('spacingNotes', () => {
	it.each([undefined, 10, 20, 30, 34, 50, 100, 1000])('are empty for %s steps', (steps) => {
		expect(spacingNotes({ sampler: 'ddpm', steps })).toEqual([]);
	});

	it.each(SAMPLER_NAMES)('suggest better numbers of steps for %s, which have no notes', (sampler) => {
		const [note] = spacingNotes({ sampler, steps: 400 });
		expect(note).toMatch(/timestep (798|800) of 999/);
		const better = /spaces them; ([\d, or]+) steps look better/.exec(note)![1].match(/\d+/g)!.map(Number);
		expect(better).toHaveLength(7);
		for (const steps of better) expect(spacingNotes({ sampler, steps })).toEqual([]);
	});
});
