import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import { Forecasts } from '../../../src/desk/forecasts.ts';
import { memoryDatabase } from '../../../src/store/database.ts';
import { PaceStore } from '../../../src/store/paces.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { fakeJob } from '../../gpu/queue/recorder.ts';

/** A job with one evaluation per step. */
const job = (steps: number, model = 'fake') => ({ ...fakeJob('a dog'), model, steps, guidanceScale: 1 });

/** A time, in milliseconds since 1970. */
const NOW = 1_000_000_000;

let paces: PaceStore;
let forecasts: Forecasts;
beforeEach(() => {
	paces = new PaceStore(memoryDatabase());
	forecasts = new Forecasts(paces, () => ({ slots: 1, shortSlots: 1 }));
});

/** Reports a job that ran from `start` to `end`. */
function ran(steps: number, start: number, end: number, succeeded = true): void {
	forecasts.queued('x', job(steps));
	forecasts.started('x', start);
	forecasts.over('x', succeeded, end);
}

describe('the pace of a kind of job and a model', () => {
	test('starts with the first job, and follows later ones', () => {
		ran(10, 0, 1000);
		expect(paces.get('generate', 'fake')).toBeCloseTo(0.1);
		ran(10, 0, 2000);
		expect(paces.get('generate', 'fake')).toBeCloseTo(0.13);
		expect(paces.get('generate', 'other')).toBeUndefined();
		expect(paces.get('edit', 'fake')).toBeUndefined();
	});

	test('learns nothing from jobs that failed or never started', () => {
		ran(10, 0, 1000, false);
		forecasts.queued('y', job(10));
		forecasts.over('y', true, 5000);
		expect(paces.get('generate', 'fake')).toBeUndefined();
	});
});

describe('a job of two models', () => {
	const inpainting = (count: number): Job => ({
		...{ ...job(10), kind: 'inpaint', image: 'a'.repeat(64), whole: true, feather: 0, rule: 'course', count },
		...{ area: { by: 'transparency' }, jumpLength: 2, resamples: 2 },
		upscaler: { model: 'upscaler', guidanceScale: 1, noiseLevel: 250 },
	});
	/** Steps of stage II, along the course's timesteps. */
	const STEPS = 34;

	test('takes the time of both', () => {
		paces.add('inpaint', 'fake', 0.1);
		expect(forecasts.expected(inpainting(2))).toBeUndefined();
		paces.add('upscale', 'upscaler', 0.5);
		expect(forecasts.expected(inpainting(2))).toBeCloseTo(1000 * 2 * (10 * 0.1 + STEPS * 0.5));
	});

	test('is forecast by both paces while it runs, but teaches neither', () => {
		paces.add('inpaint', 'fake', 0.1);
		paces.add('upscale', 'upscaler', 0.5);
		forecasts.queued('x', inpainting(1));
		forecasts.started('x', NOW);
		forecasts.progress('x', 10, 10 + STEPS);
		expect(forecasts.eta('x', NOW + 1000)?.endsAt).toBeCloseTo(NOW + 1000 * (1 + STEPS * 0.5));
		forecasts.over('x', true, NOW + 99_000);
		expect(paces.get('inpaint', 'fake')).toBe(0.1);
	});
});

describe('a job without a known pace', () => {
	const model = (name: string, parameters: number, sampleSize = 64) => {
		return { ...FAKE_MODELS[0], name, parameters, sampleSize };
	};

	test('uses the pace of other kinds with its model', () => {
		paces.add('edit', 'fake', 2);
		paces.add('anagram', 'fake', 3);
		expect(forecasts.expected(job(10))).toBe(30_000);
	});

	test('uses the pace of another model, scaled by the sizes of models and pictures', () => {
		paces.add('generate', 'small', 0.1);
		expect(forecasts.expected(job(10, 'large'))).toBeUndefined();
		forecasts.know([model('small', 5e6), model('large', 500e6), model('larger', 500e6, 256)]);
		expect(forecasts.expected(job(10, 'large'))).toBeCloseTo(100_000);
		expect(forecasts.expected(job(10, 'larger'))).toBeCloseTo(1_600_000);
		expect(forecasts.expected(job(10, 'unknown'))).toBeUndefined();
		// Only until the model has run itself.
		paces.add('generate', 'large', 3);
		expect(forecasts.expected(job(10, 'large'))).toBe(30_000);
	});
});

describe('a model without any jobs so far', () => {
	const XL = { ...FAKE_MODELS[0], name: 'xl', parameters: 4.3e9, sampleSize: 64 };

	test('uses the runner’s guess, regardless of its text encoder’s pace', () => {
		forecasts.know([{ ...XL, guessedPace: 20 }]);
		expect(forecasts.expected(job(10, 'xl'))).toBe(200_000);
		paces.add('embed', 'xl', 8);
		expect(forecasts.expected(job(10, 'xl'))).toBe(200_000);
		paces.add('edit', 'xl', 25);
		expect(forecasts.expected(job(10, 'xl'))).toBe(250_000);
	});

	test('has no forecast for its text encoder', () => {
		forecasts.know([{ ...XL, guessedPace: 20 }]);
		const embed: Job = { kind: 'embed', model: 'xl', prompts: ['a', 'b'] };
		expect(forecasts.expected(embed)).toBeUndefined();
		paces.add('embed', 'xl', 8);
		expect(forecasts.expected(embed)).toBe(16_000);
	});

	test('learns nothing from jobs without evaluations, which take almost no time', () => {
		const noise: Job = { kind: 'noise', model: 'xl', image: 'a'.repeat(64), levels: [100], seed: 1 };
		forecasts.queued('x', noise);
		forecasts.started('x', 0);
		forecasts.over('x', true, 5000);
		expect(paces.all()).toEqual([]);
		expect(forecasts.expected(noise)).toBe(0);
	});
});

describe('a running job', () => {
	test('is forecast by its own steps once some are done', () => {
		forecasts.queued('a', job(10));
		forecasts.started('a', NOW);
		expect(forecasts.eta('a', NOW)).toBeUndefined();
		forecasts.progress('a', 1, 10);
		expect(forecasts.eta('a', NOW + 500)).toBeUndefined(); // the first may have opened the model
		forecasts.progress('a', 4, 10);
		expect(forecasts.eta('a', NOW + 2000)).toEqual({ endsAt: NOW + 2000 + 3000 });
	});

	test('is forecast by earlier jobs before that, and never in the past', () => {
		ran(10, 0, 1000);
		forecasts.queued('a', job(20));
		forecasts.started('a', NOW);
		expect(forecasts.eta('a', NOW + 500)).toEqual({ endsAt: NOW + 2000 });
		expect(forecasts.eta('a', NOW + 9000)).toEqual({ endsAt: NOW + 10_000 });
	});
});

describe('a waiting job', () => {
	const line = ['c', 'd', 'e'];

	/** Two jobs running with 1 s and 3 s to go, and three waiting, each of 2 s. */
	function rush(places: number): void {
		ran(10, 0, 1000);
		forecasts = new Forecasts(paces, () => ({ slots: places, shortSlots: 1 }));
		for (const [id, steps] of [
			['a', 10],
			['b', 30],
		].slice(0, places) as [string, number][]) {
			forecasts.queued(id, job(steps));
			forecasts.started(id, NOW);
		}
		for (const id of line) forecasts.queued(id, job(20));
	}

	test('starts when those before it are done, one after the other', () => {
		rush(1);
		expect(line.map((id) => forecasts.eta(id, NOW))).toEqual([
			{ startsAt: NOW + 1000, endsAt: NOW + 3000 },
			{ startsAt: NOW + 3000, endsAt: NOW + 5000 },
			{ startsAt: NOW + 5000, endsAt: NOW + 7000 },
		]);
	});

	test('starts earlier once there are more devices', () => {
		ran(10, 0, 1000);
		let slots = 1;
		forecasts = new Forecasts(paces, () => ({ slots, shortSlots: 1 }));
		for (const id of line) forecasts.queued(id, job(10));
		expect(forecasts.eta('e', NOW)).toMatchObject({ startsAt: NOW + 2000 });
		slots = 3;
		expect(forecasts.eta('e', NOW + 1000)).toMatchObject({ startsAt: NOW + 1000 });
	});

	test('takes the slot that becomes free first', () => {
		rush(2);
		expect(line.map((id) => forecasts.eta(id, NOW)?.startsAt)).toEqual([NOW + 1000, NOW + 3000, NOW + 3000]);
	});

	test('has no forecast if nothing is known about it or a job before it', () => {
		rush(1);
		forecasts.queued('f', job(20, 'unknown'));
		forecasts.queued('g', job(20));
		expect([forecasts.eta('f', NOW), forecasts.eta('g', NOW)]).toEqual([undefined, undefined]);
		expect(forecasts.eta('e', NOW)).toBeDefined();
	});

	test('is last in line until its position is known, and starts in order of positions', () => {
		rush(1);
		expect(line.map((id) => forecasts.position(id))).toEqual([0, 1, 2]);
		for (const [position, id] of ['e', 'c', 'd'].entries()) forecasts.moved(id, { position });
		expect(line.map((id) => forecasts.eta(id, NOW)?.startsAt)).toEqual([NOW + 3000, NOW + 5000, NOW + 1000]);
	});

	test('that joins after the others were planned starts after them', () => {
		rush(2);
		const planned = line.map((id) => forecasts.eta(id, NOW));
		forecasts.queued('f', job(20));
		forecasts.moved('f', { position: 3 });
		expect(line.map((id) => forecasts.eta(id, NOW))).toEqual(planned);
		expect(forecasts.eta('f', NOW)?.startsAt).toBe(NOW + 5000);
		for (const [position, id] of ['f', ...line].entries()) forecasts.moved(id, { position });
		expect(forecasts.eta('f', NOW)?.startsAt).toBe(NOW + 1000);
	});

	const blurred: Job = { kind: 'noise', model: 'fake', image: 'a'.repeat(64), levels: [100], seed: 1 };

	test('in a long line may be planned a little late, but joins at the end at once', () => {
		ran(10, 0, 1000);
		const now = Date.now();
		for (let i = 0; i < 100; i++) forecasts.queued(`a${i}`, job(10));
		expect(forecasts.eta('a99', now)).toMatchObject({ startsAt: now + 99_000 });
		forecasts.over('a0', false);
		expect(forecasts.eta('a99', now)).toMatchObject({ startsAt: now + 99_000 });
		forecasts.queued('last', job(10));
		expect(forecasts.eta('last', now)).toMatchObject({ startsAt: now + 100_000 });
		const later = now + 60_000;
		expect(forecasts.eta('a99', later)).toMatchObject({ startsAt: later + 98_000 });
	});

	test('that is short starts after other short ones, and delays no others', () => {
		rush(1);
		forecasts.queued('s1', blurred);
		forecasts.queued('s2', blurred);
		for (const [position, id] of ['s1', 's2'].entries()) forecasts.moved(id, { position, short: true });
		expect(forecasts.eta('s2', NOW)).toEqual({ startsAt: NOW, endsAt: NOW });
		expect(forecasts.eta('c', NOW)?.startsAt).toBe(NOW + 1000);
		forecasts.started('s1', NOW);
		expect(forecasts.eta('c', NOW)?.startsAt).toBe(NOW + 1000);
	});

	test('that is short waits with the others if the runner has no short slots', () => {
		rush(1);
		forecasts.queued('s1', blurred);
		forecasts.moved('s1', { position: 3 });
		expect(forecasts.eta('s1', NOW)?.startsAt).toBe(NOW + 7000);
	});

	test('has no position once it runs or has ended', () => {
		rush(1);
		forecasts.started('c', NOW);
		forecasts.over('d', false);
		expect(line.map((id) => forecasts.position(id))).toEqual([undefined, undefined, 2]);
	});
});
