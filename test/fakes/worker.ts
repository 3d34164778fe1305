/**
 * A worker without networks, which speaks the protocol and does what the prompts of its `generate` jobs say:
 *
 *     sleep 300      takes 300 ms and reports progress every 20 ms
 *     paint 300      the same, and stores a picture at the end
 *     stall 300      reports that the first of two steps is done, and takes 300 ms for the second
 *     block 300      does not respond for 300 ms, as in an evaluation, and then sleeps for a while
 *     hang           never ends and stops responding
 *     crash          kills itself (SIGKILL) each time
 *     crash once     kills itself the first time and succeeds the second (per seed)
 *     user error     fails because of the user
 *     internal error fails because of a bug
 *     anything else  succeeds at once
 *
 * It writes the id of every job that it has done into the file EXECUTIONS in its data directory, a line each.
 *
 * With FAKE_WORKER=cannot-start it dies before it is ready; with FAKE_WORKER=silent it never becomes ready. FAKE_MODELS names its
 * models, instead of "fake", with their revisions where these are not 1: fake,large@2.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job, JobResult } from '../../gpu/jobs/index.ts';
import type { FromWorker, ToWorker, WorkerJobEvent } from '../../gpu/queue/protocol.ts';

const EXECUTIONS = 'executions';

/** Pretends to load the models that jobs name. */
let loaded: readonly string[] = [];

const cancelled = new Set<string>();
const running = new Set<string>();

function say(message: FromWorker): void {
	process.send?.(message);
}

function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

async function result(job: Job & { kind: 'generate' }): Promise<JobResult> {
	const blob = job.prompt.startsWith('paint ') ? await paint(job.seed) : paintGrey(job.prompt);
	return { images: [{ blob, width: 32, height: 32, seed: job.seed }], notes: [] };
}

/** A grey picture of 32 x 32 pixels. */
const GREY = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAMAAABEpIrGAAAAA1BMVEWIiIhYZW6zAAAAEklEQVQ4y2NgGAWjYBSMAuwAAAQgAAFWu83mAAAAAElFTkSuQmCC',
	'base64',
);

/** Stores a grey picture of its own for each text, which comes after the picture's end. */
function paintGrey(text: string): string {
	const bytes = Buffer.concat([GREY, Buffer.from(text)]);
	const ref = createHash('sha256').update(bytes).digest('hex');
	const folder = join(process.env.DATA_DIR as string, 'blobs');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, ref), bytes);
	return ref;
}

/** Imports lazily, because many tests start a worker but few need pictures. */
async function paint(seed: number): Promise<string> {
	const [{ bands }, { blobDirectory, createLocalBlobStore }] = await Promise.all([
		import('./fake-runner.ts'),
		import('../../gpu/queue/local-blobs.ts'),
	]);
	return createLocalBlobStore(blobDirectory(process.env.DATA_DIR as string)).put(await bands(seed, 1));
}

async function run(id: string, job: Job): Promise<WorkerJobEvent> {
	if (job.kind !== 'generate') return { id, type: 'failed', fault: 'user', message: 'I know only generate.' };
	const [word, argument] = job.prompt.split(' ');
	if (job.prompt === 'user error') return { id, type: 'failed', fault: 'user', message: 'No such thing.' };
	if (job.prompt === 'internal error') return { id, type: 'failed', fault: 'internal', message: 'Broken.' };
	if (job.prompt === 'hang') for (;;);
	if (word === 'block') for (const end = Date.now() + Number(argument); Date.now() < end; );
	if (word === 'crash') {
		const marker = join(process.env.DATA_DIR!, `crashed-${job.seed}`);
		const again = existsSync(marker);
		writeFileSync(marker, '');
		say({ id, type: 'progress', done: 1, total: 2 });
		await pause(20);
		if (argument !== 'once' || !again) process.kill(process.pid, 'SIGKILL');
	}
	if (word === 'stall') {
		say({ id, type: 'progress', done: 1, total: 2 });
		for (const end = Date.now() + Number(argument); Date.now() < end && !cancelled.has(id); ) await pause(20);
	}
	const takesTime = ['sleep', 'paint', 'block'].includes(word);
	const total = takesTime ? Number(argument) / 20 : 1;
	for (let done = 0; done < total; done++) {
		if (takesTime) await pause(20);
		if (cancelled.has(id)) return { id, type: 'cancelled' };
		say({ id, type: 'progress', done: done + 1, total, preview: new Uint8Array([137, 80, 78, 71]) });
	}
	const end = { id, type: 'done', result: await result(job) } as const;
	appendFileSync(join(process.env.DATA_DIR as string, EXECUTIONS), `${id}\n`);
	return end;
}

if (process.env.FAKE_WORKER === 'cannot-start') throw new Error('no such device: tpu');

process.on('disconnect', () => process.exit());
process.on('message', async (message: ToWorker) => {
	if (message.type === 'models') {
		say({ type: 'models', models: { usable: models, damaged: [] } });
	} else if (message.type === 'cancel') {
		if (running.has(message.id)) cancelled.add(message.id);
	} else {
		const { model } = message.job;
		loaded = [model, ...loaded.filter((other) => other !== model)];
		say({ type: 'loaded', models: loaded });
		running.add(message.id);
		say(await run(message.id, message.job));
		running.delete(message.id);
		cancelled.delete(message.id);
	}
});

const models = (process.env.FAKE_MODELS ?? 'fake')
	.split(',')
	.map((text) => text.split('@'))
	.map(([name, revision = '1']) => ({
		name,
		summary: 'Does as it is told.',
		stage: 1 as const,
		revision,
		sampleSize: 32,
		parameters: 0,
		guidanceScale: 4,
		textWidth: 384,
	}));
if (process.env.FAKE_WORKER !== 'silent') say({ type: 'ready' });
