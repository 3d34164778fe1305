/** The TrainingRunner of a single machine: one training at a time per data directory, in a process of its own. */
import { fileURLToPath } from 'node:url';
import { type DeviceName, deviceNamed } from '../device.ts';
import { freeMemory } from '../free-memory.ts';
import { isFullDisk, type TrainingPlan, UserError } from '../jobs/index.ts';
import { assertRightOn } from '../models/digits/providers.ts';
import { networkOf } from '../training/networks.ts';
import type { ProgressEvent } from '../training/progress.ts';
import {
	createRun,
	listRuns,
	type RunSummary,
	readLosses,
	readSummary,
	removeRun,
	runFolder,
	writeStatus,
} from '../training/runs.ts';
import { deviceEnvironment } from './device-environment.ts';
import { Listeners } from './listeners.ts';
import { type LogLine, lastWords, type Spawned, spawnProcess } from './spawn.ts';
import { assertFits, forecastTraining } from './training-forecast.ts';
import { isTrained, lockTrainings } from './training-locks.ts';
import type { FromTrainingProcess, ToTrainingProcess } from './training-protocol.ts';
import type { TrainingEvent, TrainingRunner } from './training-runner.ts';
import { presentLoad, trainingShare } from './training-share.ts';

export interface LocalTrainingRunnerOptions {
	/** Runs are kept in its folder `mnist`. */
	readonly dataDir: string;
	/** Default: cpu. */
	readonly device?: DeviceName;
	/** Threads on the CPU; 0: one per core, the default. */
	readonly threads?: number;
	/** The process's entry (default: gpu/training-process.ts), and additions to the bot's environment. */
	readonly entry?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly log?: LogLine;
}

/** How many crashes in a row, without a step between them, it takes to give up: another start would only repeat them. */
const FRUITLESS_CRASHES = 2;

/** Time for a last checkpoint. A step of the largest networks takes longer; all steps since the last checkpoint are then lost. */
const CLOSE_GRACE_MS = 5_000;

interface RunningTraining {
	readonly id: string;
	process: Spawned;
	progress?: ProgressEvent;
	/** The end that it reported. */
	end?: Extract<FromTrainingProcess, { type: 'done' | 'stopped' | 'failed' }>;
	stopping: boolean;
	/** Crashes since the last step. */
	crashes: number;
	/** Lets other processes start a training. */
	readonly unlock: () => void;
	/** Resolves once its process is gone for good. */
	readonly over: Promise<void>;
	finish(): void;
}

export function createLocalTrainingRunner(options: LocalTrainingRunnerOptions): TrainingRunner {
	const { dataDir, device = 'cpu', threads = 0, log = () => {} } = options;
	const entry = options.entry ?? fileURLToPath(new URL('../training-process.ts', import.meta.url));
	const env = {
		DATA_DIR: dataDir,
		...deviceEnvironment(device, dataDir),
		THREADS: String(threads),
		...options.env,
	};
	const listeners = new Listeners<TrainingEvent>(log);
	let running: RunningTraining | undefined;
	/** Set before the disk is checked, so that the second of two simultaneous starts is refused. */
	let starting = false;
	let closed = false;

	function emit(event: TrainingEvent): void {
		listeners.tell(event, event.run);
	}

	/** Runs `prepare`, which returns what to train, unless a training is already running. */
	async function begin(prepare: () => Promise<RunSummary | undefined>): Promise<RunSummary | undefined> {
		if (closed) throw new UserError('The bot is shutting down.');
		if (running || starting) {
			const which = running ? ` (${running.id})` : '';
			throw new UserError(`A training is running already${which}; stop it first, or wait for its end.`);
		}
		starting = true;
		let unlock: (() => void) | undefined;
		try {
			unlock = lockTrainings(dataDir);
			if (!unlock) throw await takenElsewhere();
			const run = await prepare();
			if (run && !closed) {
				launch(run, unlock);
				unlock = undefined;
			}
			return run;
		} finally {
			unlock?.();
			starting = false;
		}
	}

	async function runs(): Promise<RunSummary[]> {
		const all = await listRuns(dataDir);
		return all.map((run) => (run.id !== running?.id && isTrained(dataDir, run.id) ? { ...run, elsewhere: true } : run));
	}

	async function takenElsewhere(): Promise<UserError> {
		const run = (await runs()).find(({ elsewhere }) => elsewhere);
		const which = run ? ` (${run.id})` : '';
		return new UserError(
			`Another process is training already in the same data directory${which}; stop it there first, or wait for its end.`,
		);
	}

	/** Throws a UserError for a plan that cannot work here. */
	function assertTrainable(plan: TrainingPlan): void {
		assertRightOn(deviceNamed(device).provider, networkOf(plan.model, plan.hidden).definition);
		assertFits(plan, freeMemory());
	}

	function launch({ id, status }: RunSummary, unlock: () => void): void {
		let finish = () => {};
		const over = new Promise<void>((resolve) => {
			finish = resolve;
		});
		running = { id, process: spawnFor(id), stopping: false, crashes: 0, unlock, over, finish };
		emit({ run: id, type: 'started', step: status.step });
	}

	function spawnFor(id: string): Spawned {
		const spawned = spawnProcess({ entry, args: [id], env }, log);
		log(`the training process of ${id} started (pid ${spawned.child.pid})`, 'info');
		spawned.child.on('message', (message) => heard(id, message as FromTrainingProcess));
		spawned.child.on('error', (error) => spawned.lines.push(error.message));
		spawned.child.on('close', (code, signal) => void ended(spawned, signal ?? `exit status ${code}`));
		return spawned;
	}

	function heard(id: string, message: FromTrainingProcess): void {
		if (running?.id !== id) return;
		switch (message.type) {
			case 'done':
			case 'stopped':
			case 'failed':
				running.end = message; // reported once the process is gone, so that the next one can start at once
				return;
			case 'progress':
				running.progress = message;
				running.crashes = 0;
		}
		emit({ run: id, ...message });
	}

	async function ended({ lines }: Spawned, how: string): Promise<void> {
		const run = running;
		if (!run) return;
		const { id, end } = run;
		if (!end && !closed && !run.stopping && ++run.crashes < FRUITLESS_CRASHES) {
			log(`the training process of ${id} ended (${how}); it continues from its last checkpoint`, 'warn');
			run.process = spawnFor(id);
			emit({ run: id, type: 'started', step: run.progress?.step ?? 0 });
			return;
		}
		const told = closed ? undefined : (end ?? (await crashed(run, lastWords(lines) ?? how)));
		running = undefined;
		run.unlock();
		if (told) emit({ run: id, ...told });
		run.finish();
	}

	/** The end of a training whose process did not report one. */
	async function crashed(
		{ id, stopping }: RunningTraining,
		reason: string,
	): Promise<NonNullable<RunningTraining['end']>> {
		const end = stopping ? ({ type: 'stopped' } as const) : diedAgain(reason);
		try {
			const { status } = await readSummary(dataDir, id);
			const message = end.type === 'failed' ? end.message : undefined;
			await writeStatus(runFolder(dataDir, id), { ...status, state: end.type, message });
		} catch (error) {
			log(`the end of ${id} could not be recorded: ${error instanceof Error ? error.message : error}`, 'warn');
		}
		return end;
	}

	function tell(message: ToTrainingProcess): void {
		running?.process.child.send(message, (error) => {
			if (error) log(`could not reach the training process: ${error.message}`, 'warn');
		});
	}

	return {
		async start({ plan, preset, who, request }) {
			const run = await begin(async () => {
				assertTrainable(plan);
				const started = new Date();
				const id = idFor(
					plan,
					started,
					(await listRuns(dataDir)).map((run) => run.id),
				);
				const record = { id, plan, preset, who, request, started: started.toISOString() };
				await createRun(dataDir, record).catch((cause: unknown) => {
					if (!isFullDisk(cause)) throw cause;
					throw new UserError(`The disk is full, so no training can start; make room in ${dataDir}.`, { cause });
				});
				return readSummary(dataDir, id);
			});
			return run!;
		},

		resume: (id) =>
			begin(async () => {
				const run = id
					? await readSummary(dataDir, id)
					: (await listRuns(dataDir)).find(({ status }) => status.state === 'running');
				if (!run) return undefined;
				if (run.status.state === 'done')
					throw new UserError(`The training ${run.id} is done; to train for longer, start another with more epochs.`);
				assertTrainable(run.plan);
				return run;
			}),

		stop() {
			if (!running) throw new UserError('No training is running.');
			running.stopping = true;
			tell({ type: 'stop' });
		},

		status: () => running && { run: running.id, progress: running.progress, stopping: running.stopping },

		runs,

		losses: (id) => readLosses(dataDir, id),

		async remove(id) {
			if (running?.id === id) throw new UserError(`The training ${id} is running; stop it before it is deleted.`);
			if (isTrained(dataDir, id)) {
				throw new UserError(`The training ${id} is running in another process; stop it there before it is deleted.`);
			}
			await removeRun(dataDir, id);
		},

		async forecast(plan) {
			assertTrainable(plan);
			// A GPU has no priorities, and the processor's other work hardly matters to it.
			const share = device === 'cpu' ? trainingShare(await presentLoad()) : 1;
			return forecastTraining(plan, await listRuns(dataDir), share);
		},

		onEvent: (listener) => listeners.add(listener),

		async close() {
			closed = true;
			if (!running) return;
			const { over, process: spawned } = running;
			tell({ type: 'pause' });
			const timer = setTimeout(() => spawned.child.kill('SIGKILL'), CLOSE_GRACE_MS);
			await over;
			clearTimeout(timer);
		},
	};
}

function diedAgain(reason: string) {
	return {
		type: 'failed',
		fault: 'internal',
		message: `The training process kept dying: ${reason}`,
	} as const;
}

/** What is trained and when it started, to the second: class-20261123-140502; more in the same second are numbered from 2. */
function idFor({ model }: TrainingPlan, started: Date, taken: readonly string[]): string {
	const [day, time] = started.toISOString().split('T');
	const first = `${model}-${day.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
	let id = first;
	for (let count = 2; taken.includes(id); count++) id = `${first}-${count}`;
	return id;
}
