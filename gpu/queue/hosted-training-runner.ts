/**
 * The TrainingRunner of a bot: one training at a time per data directory, in a process of its own. The run's folder in that
 * directory is all that is known of a training; where its process runs is the host's affair.
 */
import { isFullDisk, type TrainingPlan, UserError } from '../jobs/index.ts';
import type { ProgressEvent } from '../training/progress.ts';
import {
	createRun,
	listRuns,
	type RunStatus,
	type RunSummary,
	readLosses,
	readSummary,
	removeRun,
	runFolder,
	writeStatus,
} from '../training/runs.ts';
import { Listeners } from './listeners.ts';
import type { LogLine } from './spawn.ts';
import { forecastTraining } from './training-forecast.ts';
import { CLOSE_GRACE_MS, type ProcessEnd, type TrainingHost, type TrainingProcess } from './training-host.ts';
import { isTrained, lockTrainings } from './training-locks.ts';
import type { FromTrainingProcess } from './training-protocol.ts';
import { holding, type TrainingEvent, type TrainingRunner } from './training-runner.ts';

export interface HostedTrainingRunnerOptions {
	/** Runs are kept in its folder `mnist`. */
	readonly dataDir: string;
	readonly host: TrainingHost;
	readonly log?: LogLine;
}

/** How many crashes in a row, without a step between them, it takes to give up: another start would only repeat them. */
const FRUITLESS_CRASHES = 2;

interface RunningTraining {
	readonly id: string;
	readonly plan: TrainingPlan;
	process: TrainingProcess;
	progress?: ProgressEvent;
	/** Those that still hold. */
	warnings: readonly string[];
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

export function createHostedTrainingRunner({
	dataDir,
	host,
	log = () => {},
}: HostedTrainingRunnerOptions): TrainingRunner {
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

	function launch({ id, plan, status }: RunSummary, unlock: () => void): void {
		let finish = () => {};
		const over = new Promise<void>((resolve) => {
			finish = resolve;
		});
		running = {
			id,
			plan,
			process: begun({ id, plan }),
			warnings: [],
			stopping: false,
			crashes: 0,
			unlock,
			over,
			finish,
		};
		emit({ run: id, type: 'started', step: status.step });
	}

	const begun = (run: Pick<RunSummary, 'id' | 'plan'>) =>
		host.start(run, { hear: (message) => heard(run.id, message), ended: (end) => void ended(end) });

	function heard(id: string, message: FromTrainingProcess): void {
		if (running?.id !== id) return;
		switch (message.type) {
			case 'done':
			case 'stopped':
			case 'failed':
				running.end = message; // reported once the process is gone, so that the next one can start at once
				return;
			case 'warning':
				running.warnings = holding(running.warnings, message);
				break;
			case 'progress':
				running.progress = message;
				running.crashes = 0;
		}
		emit({ run: id, ...message });
	}

	async function ended({ how, words = how, isGivenBack = false }: ProcessEnd): Promise<void> {
		const run = running;
		if (!run) return;
		const { id, plan, end, progress } = run;
		if (!end && !closed && !run.stopping && (isGivenBack || ++run.crashes < FRUITLESS_CRASHES)) {
			log(`the training process of ${id} ended (${how}); it continues from its last checkpoint`, 'warn');
			run.process = begun({ id, plan });
			emit({ run: id, type: 'started', step: progress?.step ?? 0 });
			return;
		}
		const told = closed ? undefined : (end ?? (run.stopping ? ({ type: 'stopped' } as const) : diedAgain(words)));
		// Most processes have done that, but not those that died or never began.
		if (told && told.type !== 'done') await record(id, told.type, told.type === 'failed' ? told.message : undefined);
		running = undefined;
		run.unlock();
		if (told) emit({ run: id, ...told });
		run.finish();
	}

	async function record(id: string, state: RunStatus['state'], message?: string): Promise<void> {
		try {
			const { status } = await readSummary(dataDir, id);
			await writeStatus(runFolder(dataDir, id), { ...status, state, message });
		} catch (error) {
			log(`that ${id} is ${state} could not be recorded: ${error instanceof Error ? error.message : error}`, 'warn');
		}
	}

	return {
		async start({ plan, preset, who, request }) {
			const run = await begin(async () => {
				host.assertTrainable(plan);
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
				host.assertTrainable(run.plan);
				// Its process may come hours later, and the bot may be started again before that.
				if (run.status.state !== 'running') await record(run.id, 'running');
				return readSummary(dataDir, run.id);
			}),

		stop() {
			if (!running) throw new UserError('No training is running.');
			running.stopping = true;
			running.process.tell({ type: 'stop' });
		},

		status() {
			if (!running) return undefined;
			const { id: run, progress, stopping, warnings } = running;
			return { run, progress, stopping, warnings };
		},

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
			host.assertTrainable(plan);
			const past = (await listRuns(dataDir)).filter(({ status }) => host.hasTrained(status));
			return forecastTraining(plan, past, await host.share());
		},

		onEvent: (listener) => listeners.add(listener),

		async close() {
			closed = true;
			if (!running) return;
			const { over, process } = running;
			process.tell({ type: 'pause' });
			const timer = setTimeout(() => process.kill(), CLOSE_GRACE_MS);
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
