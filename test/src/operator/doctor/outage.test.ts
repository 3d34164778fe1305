/** `doctor` and `workers` on a running bot whose broker dies, with its jobs handed out. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createQueuedRunner } from '../../../../gpu/queue/queued-runner.ts';
import { type JobRunner, RunnerError } from '../../../../gpu/queue/runner.ts';
import { connectBackend } from '../../../../src/backend-connection.ts';
import { readConfig } from '../../../../src/base/config.ts';
import { line } from '../../../../src/base/finding.ts';
import { listen } from '../../../../src/local-socket/listen.ts';
import { checkWork } from '../../../../src/operator/doctor/work.ts';
import { type MadeDesk, makeDesk } from '../../../fakes/make-desk.ts';
import { startExecutor } from '../../../gpu/queue/broker/harness.ts';
import { describeOnStage } from '../../../gpu/queue/broker/stage.ts';
import { fakeJob, type Recorder, record } from '../../../gpu/queue/recorder.ts';

const UNREACHABLE =
	/^The broker cannot be reached \((ECONNREFUSED|ECONNRESET|connection lost)\); check that it runs, and QUEUE_URL\.$/;

describeOnStage('a bot whose broker is killed', (stage) => {
	let made: MadeDesk;
	let runner: JobRunner;
	let events: Recorder;
	let stopListening: () => Promise<void>;
	beforeEach(async () => {
		runner = stage.addBot(createQueuedRunner(startExecutor(stage, { patienceMs: 300 })));
		events = record(runner);
		made = await makeDesk({ runner });
		stopListening = await listen({ desk: made.desk, runner, dataDir: made.directory, log: made.log });
		stage.worker({ slots: 1 });
	});
	afterEach(async () => {
		await stopListening();
		await made.close();
	});

	async function handOut(prompt: string): Promise<void> {
		await runner.submit(fakeJob(prompt), { id: 'a', owner: 'ann' });
		await events.next('a', 'progress');
	}

	/** @param onFinding receives each finding */
	async function examined(onFinding: (text: string) => unknown = () => {}): Promise<readonly string[]> {
		const config = readConfig([], { DEVICES: 'cpu', DATA_DIR: made.directory, LOG_LEVEL: 'silent' });
		const found: string[] = [];
		for await (const finding of checkWork(config, () => connectBackend(config))) {
			found.push(line(finding));
			await onFinding(line(finding));
		}
		return found;
	}

	it('says that it cannot be reached, counts no places of workers, and tries no job', async () => {
		await handOut('stall 800');
		expect(await runner.devices()).toMatchObject([{ machine: 'gpu1', running: 1 }]);
		await stage.server.kill();
		const began = performance.now();
		const [bot, ...rest] = await examined();
		expect(performance.now() - began).toBeLessThan(5000);
		expect(bot).toMatch(/^ok {4}bot: running/);
		expect(rest).toEqual([expect.stringMatching(/^fail {2}workers: The broker cannot be reached \(/)]);
		const refusal = await runner.devices().catch((error: unknown) => error);
		expect(refusal).toBeInstanceOf(RunnerError);
		expect((refusal as RunnerError).message).toMatch(UNREACHABLE);
		await stage.server.begin();
		expect((await events.end('a')).type).toBe('done');
		expect(await runner.devices()).toMatchObject([{ machine: 'gpu1' }]);
	});

	it('waits no longer for a job that cannot start any more', async () => {
		await handOut('stall 60000');
		// It has to wait for the other one.
		const found = await examined(
			(text) => text.includes(' models: ') && void setTimeout(() => stage.server.kill(), 200),
		);
		const standstill = 'The workers cannot be reached; it starts as soon as they can.';
		expect(found.at(-1)).toBe(`fail  queue: A one-step job stands still: ${standstill}`);
		await runner.cancel('a');
		await stage.server.begin();
	});
});
