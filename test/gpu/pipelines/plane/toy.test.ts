/** A whole toy job, with the real network and a short real training. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type JobOf, readToyRecord, type ToyRecord } from '../../../../gpu/jobs/index.ts';
import type { StepProgress } from '../../../../gpu/pipelines/pipeline.ts';
import { toy } from '../../../../gpu/pipelines/plane/toy.ts';

const JOB: JobOf<'toy'> = {
	...{ kind: 'toy', model: 'plane-mlp', seed: 11, shape: 'moons', methods: ['ddpm', 'flow'] },
	...{ training: 600, points: 400, stepCounts: [1, 3, 30] },
};

function run(job: JobOf<'toy'>, signal = new AbortController().signal, onStep = (_: StepProgress) => {}) {
	return toy(job, { device: { provider: 'cpu' }, signal, onStep });
}

describe('a toy', () => {
	let record: ToyRecord;
	const told: StepProgress[] = [];
	beforeAll(async () => {
		const { file, notes } = await run(JOB, undefined, (progress) => told.push(progress));
		expect(notes).toEqual([]);
		record = readToyRecord(file);
	}, 60_000);

	it('learns its shape: points end near the data, unlike noise and few steps', () => {
		expect(record.leastDistance).toBeLessThan(0.25);
		for (const { walks } of record.runs) {
			expect(walks.map(({ steps }) => steps)).toEqual([1, 3, 30]);
			expect(walks[2].distance).toBeLessThan(0.3);
			expect(walks[0].distance).toBeGreaterThan(1);
		}
	});

	it('has crooked paths by diffusion, and nearly straight ones by flow', () => {
		const [ddpm, flow] = record.runs;
		expect(ddpm.detour).toBeGreaterThan(3);
		expect(flow.detour).toBeLessThan(1.6);
		expect(flow.detour).toBeGreaterThanOrEqual(1);
	});

	it('records everything that is drawn, for both methods from the same noise', () => {
		const { data, grid, runs } = record;
		expect(data).toHaveLength(2 * JOB.points);
		for (const { fields, walks, film, paths } of runs) {
			expect(fields.map(({ time }) => time)).toEqual([0, 0.25, 0.5, 0.75, 0.95]);
			for (const field of fields) expect([field.points.length, field.arrows.length]).toEqual([800, grid.length]);
			expect(film.map(({ step }) => step)).toEqual(Array.from({ length: 31 }, (_, i) => i));
			expect(film[30].points).toEqual(walks[2].end);
			expect(film[0].points).toEqual(runs[0].film[0].points);
			for (const points of paths) expect(points).toHaveLength(2 * 31);
		}
	});

	it('reports every step, with a preview', () => {
		expect(told.map(({ done }) => done)).toEqual(Array.from({ length: 2 * (600 + 34) }, (_, i) => i + 1));
		expect(told.every(({ total }) => total === told.length)).toBe(true);
		const [first, looked, last] = [0, 300, told.length - 1].map((i) => told[i].x0);
		expect(first.shape).toEqual([3, 128, 128]);
		expect(looked).not.toEqual(first);
		expect(last).not.toEqual(looked);
	});

	it('is reproducible to the byte with the same seed, and differs with another', async () => {
		const short = { ...JOB, methods: ['flow' as const], training: 100, stepCounts: [2] };
		const { file } = await run(short);
		expect(await run(short)).toEqual({ file, notes: [] });
		expect((await run({ ...short, seed: 12 })).file).not.toEqual(file);
		// It has learned little so far.
		expect(readToyRecord(file).runs[0].walks[0].distance).toBeGreaterThan(0.3);
	});

	it('stops within a step', async () => {
		const stop = new AbortController();
		let last = 0;
		const stopped = run(JOB, stop.signal, ({ done }) => {
			last = done;
			if (done === 650) stop.abort(new Error('cancelled'));
		});
		await expect(stopped).rejects.toThrow('cancelled');
		expect(last).toBe(650); // while sampling, after the training of the first method
	});
});
