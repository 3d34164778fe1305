import { beforeEach, expect, it, vi } from 'vitest';
import type { RemoteWorker } from '../../../../gpu/queue/broker/remote-worker.ts';
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import type { JobRunner } from '../../../../gpu/queue/runner.ts';
import { until } from '../../../fakes/until.ts';
import { fakeJob, type Recorder, record } from '../recorder.ts';
import { startExecutor } from './harness.ts';
import { describeOnStage } from './stage.ts';

const missing = (what: string) => `No connected worker has ${what}; it starts as soon as one does.`;

describeOnStage('models of workers', (stage) => {
	let runner: JobRunner;
	let events: Recorder;
	beforeEach(() => {
		runner = stage.addBot(createQueuedRunner(startExecutor(stage)));
		events = record(runner);
	});

	/** Resolves when the bot knows it. */
	async function worker(machine: string, models: string, slots = 1): Promise<RemoteWorker> {
		const started = stage.worker({ machine, slots, env: { FAKE_MODELS: models } });
		const isKnown = async () => (await runner.devices()).some((device) => device.machine === machine);
		await vi.waitFor(async () => expect(await isKnown()).toBe(true), { timeout: 20_000 });
		return started;
	}

	const submit = (id: string, prompt: string, model: string, upscaler?: string) => {
		const enlarging = upscaler ? { upscaler: { model: upscaler, guidanceScale: 4, noiseLevel: 250 } } : {};
		return runner.submit({ ...fakeJob(prompt), model, ...enlarging }, { id, owner: id[0], maxRunning: 1 });
	};
	const last = (id: string) => events.of(id).at(-1);
	const typesOf = (id: string) => events.of(id).map(({ type }) => type);

	it('that differ from others of their name: they are not used, and the list of devices says so', async () => {
		await worker('gpu1', 'fake');
		await worker('gpu2', 'fake@2,large', 2);
		const differing = async () =>
			(await runner.devices()).map(({ machine, differing: names }) => [machine, names] as const);
		const expected = [
			['gpu1', undefined],
			['gpu2', ['fake']],
		];
		await vi.waitFor(async () => expect(await differing()).toEqual(expected), { timeout: 10_000 });
		await submit('a1', 'sleep 400', 'large');
		await submit('b1', 'sleep 400', 'fake');
		await submit('c1', 'sleep 400', 'fake');
		await vi.waitFor(() => expect(typesOf('c1')).toContain('started'), { timeout: 10_000 });
		expect(typesOf('b1')).toContain('done');
	});

	it('that none has: such jobs wait and say so, use up nobody’s limit, and others go ahead', async () => {
		await worker('gpu1', 'fake,large');
		await submit('a1', 'at once', 'XL');
		await submit('a2', 'at once', 'fake', 'XXL');
		await submit('a3', 'sleep 200', 'fake');
		await submit('b1', 'at once', 'large');
		for (const id of ['a3', 'b1']) expect((await events.end(id)).type).toBe('done');
		expect(typesOf('a1').every((type) => type === 'queued')).toBe(true);
		expect(last('a1')).toMatchObject({ position: 0, mayGrow: true, standstill: missing('the model XL') });
		expect(last('a2')).toMatchObject({ position: 1, standstill: missing('the model XXL') });
		await worker('gpu2', 'XL,XXL');
		expect((await events.end('a1')).type).toBe('done');
		await until('the other reason', () => JSON.stringify(last('a2')).includes('both fake and XXL'));
		expect(last('a2')).toMatchObject({ position: 0, standstill: missing('both fake and XXL') });
	});

	it('that a worker takes away with it: its job waits again and says why, and its owner’s others go ahead', async () => {
		const leaving = await worker('gpu1', 'XL');
		await worker('gpu2', 'fake');
		await submit('a1', 'sleep 600', 'XL');
		await events.next('a1', 'progress');
		await submit('a2', 'at once', 'fake');
		await submit('a3', 'at once', 'XL');
		await leaving.close();
		expect((await events.end('a2')).type).toBe('done');
		expect(last('a1')).toMatchObject({ type: 'queued', position: 0, standstill: missing('the model XL') });
		await worker('gpu3', 'XL');
		for (const id of ['a1', 'a3']) expect((await events.end(id)).type).toBe('done');
		const started = events.all.filter(({ type }) => type === 'started').map(({ id }) => id);
		expect(started).toEqual(['a1', 'a2', 'a1', 'a3']);
	});

	it('that only a busy one has: the next such job keeps its place in line, and others go ahead', async () => {
		await worker('gpu1', 'XL');
		await worker('gpu2', 'fake');
		await submit('a1', 'sleep 600', 'XL');
		await events.next('a1', 'progress');
		await submit('b1', 'at once', 'XL');
		await submit('c1', 'at once', 'XL');
		await submit('d1', 'at once', 'fake');
		expect((await events.end('d1')).type).toBe('done');
		expect(typesOf('b1')).not.toContain('started');
		expect(last('a1')?.type).toBe('progress');
		await runner.cancel('a1');
		for (const id of ['b1', 'c1']) expect((await events.end(id)).type).toBe('done');
		const started = events.all.filter(({ type }) => type === 'started').map(({ id }) => id);
		expect(started).toEqual(['a1', 'd1', 'b1', 'c1']);
	});
});
