/** How much a training and the making of pictures slow each other down. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../gpu/device.ts';
import { planTraining, TRAINING_PRESETS } from '../gpu/jobs/index.ts';
import { createLocalRunner } from '../gpu/queue/local-runner.ts';
import { createLocalTrainingRunner } from '../gpu/queue/local-training-runner.ts';
import type { JobRunner, ModelSummary } from '../gpu/queue/runner.ts';
import type { TrainingRunner } from '../gpu/queue/training-runner.ts';
import { SAMPLING } from './context.ts';
import { runToEnd } from './run-to-end.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

/** Pictures in a row, as a class asks for them. */
const PICTURES = 8;

/** Steps that are timed while the training runs alone, and untimed steps before them, because the first ones allocate. */
const STEPS = 10;
const WARM_UP = 3;

export async function benchBeside({ provider, threads }: Device & { threads: number }): Promise<Table> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const env = { DEVICES: provider, THREADS: String(threads) };
	const runner = createLocalRunner({ concurrency: 1, dataDir, worker: { env } });
	const training = createLocalTrainingRunner({ dataDir, device: provider, threads });
	try {
		const [model] = (await runner.models()).usable;
		const pictures = (count: number) => timeEach(count, () => generate(runner, model));
		await pictures(1);
		const alone = median(await pictures(PICTURES));
		const rows = [['nothing', alone.toFixed(2), '1.00', '-', '-']];
		for (const preset of TRAINING_PRESETS) {
			const steps = await startTraining(training, preset);
			await steps.until(WARM_UP);
			const stepAlone = await steps.secondsEach(() => steps.until(steps.done() + STEPS));
			const beside: number[] = [];
			const stepBeside = await steps.secondsEach(async () => {
				beside.push(...(await pictures(PICTURES)));
			});
			rows.push([
				`${preset}, class`,
				median(beside).toFixed(2),
				(median(beside) / alone).toFixed(2),
				stepAlone.toFixed(2),
				Number.isFinite(stepBeside) ? stepBeside.toFixed(2) : 'none finished',
			]);
			await steps.end();
		}
		return {
			title: `Pictures beside a training (${provider})`,
			header: ['training', 's per picture', 'against alone', 's per step, alone', 's per step, beside pictures'],
			rows,
			notes: [
				`Medians of ${PICTURES} plain pictures of ${model.name}, one after the other. The trainings ran one at a time.`,
			],
		};
	} finally {
		await Promise.all([runner.close(), training.close()]);
		await rm(dataDir, { recursive: true, force: true });
	}
}

/** Resolves when the picture is done. */
async function generate(runner: JobRunner, { name, guidanceScale }: ModelSummary): Promise<void> {
	const job = {
		kind: 'generate',
		...SAMPLING,
		model: name,
		guidanceScale,
		prompt: 'a photo of a dog',
		count: 1,
	} as const;
	await runToEnd(runner, job, 'bench');
}

async function startTraining(training: TrainingRunner, preset: (typeof TRAINING_PRESETS)[number]) {
	const done = () => training.status()?.progress?.step ?? 0;
	/** Resolves with the first event after which `condition` holds. */
	const when = (condition: () => boolean) =>
		new Promise<void>((resolve, reject) => {
			const stop = training.onEvent((event) => {
				if (event.type === 'failed') reject(new Error(event.message));
				else if (!condition()) return;
				else resolve();
				stop();
			});
		});
	await training.start({ plan: planTraining({ model: 'class', preset, seed: SAMPLING.seed }), preset, who: 'bench' });
	return {
		done,
		until: (step: number) => when(() => done() >= step),
		/** Seconds per step while `work` goes on; infinite if no step finished. */
		async secondsEach(work: () => Promise<void>): Promise<number> {
			const before = done();
			const [seconds] = await timeEach(1, work);
			return seconds / (done() - before);
		},
		async end(): Promise<void> {
			const ended = when(() => training.status() === undefined);
			training.stop();
			await ended;
		},
	};
}
