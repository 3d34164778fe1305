/** The message that follows a training to its end: progress, losses, and the course's figures. */

import { EventEmitter, on } from 'node:events';
import { UserError } from '../../gpu/jobs/index.ts';
import { RunnerError } from '../../gpu/queue/runner.ts';
import { holding, type ProgressEvent, type RunSummary, type TrainingEvent } from '../../gpu/queue/training-runner.ts';
import type { CommandContext, Figure, Reply, ReplyButton, Standing } from '../lib/command.ts';
import { Cancelled } from '../lib/perform-errors.ts';
import { performOnce } from '../lib/perform-once.ts';
import { describePlan, describeSteps, formatCount, formatLoss } from './describe.ts';
import { lossFigure } from './loss-figure.ts';
import { trainedRun } from './trained.ts';
import { type TrainingFigure, trainingFiguresOf } from './training-figures.ts';

/** No chat accepts edits of a message much more often than this. */
const TELL_MS = 2000;

/** A chart takes a tenth of a second to draw, and is then sent. */
const CHART_MS = 10_000;

/** How many of the warnings are shown. */
const MAX_WARNINGS = 3;

/**
 * Reports on the training until it ends. The training continues if this is left early, unless the request was cancelled.
 *
 * @param run one that is running, or has ended
 * @throws {UserError | RunnerError} when the training failed
 */
export async function followTraining(run: RunSummary, context: CommandContext): Promise<Reply> {
	const { training, stopping } = context;
	training.follow(run.id);
	const feed = new EventEmitter();
	const unsubscribe = training.onEvent((event) => {
		if (event.run === run.id) feed.emit('event', event);
	});
	try {
		const events = on(feed, 'event', { signal: stopping });
		if (training.status()?.run !== run.id) return await ended(run, context, []);
		const message = new TrainingMessage(run, context);
		await message.begin();
		for await (const [event] of events) {
			if (await message.handle(event)) break;
		}
		return await ended(run, context, message.warnings);
	} catch (error) {
		// Cancelling the request means cancelling the training.
		if (error instanceof Cancelled && training.status()?.run === run.id) training.stop();
		throw error;
	} finally {
		unsubscribe();
	}
}

/** An action of /mnist train. */
const RESUME: ReplyButton = { action: 'resume', label: 'Resume' };

class TrainingMessage {
	/** Those that still hold. */
	warnings: readonly string[] = [];
	readonly #run: RunSummary;
	readonly #context: CommandContext;
	readonly #planned: readonly TrainingFigure[];
	#chart: readonly Figure[] = [];
	#chartDrawn = Number.NEGATIVE_INFINITY;
	#told = Number.NEGATIVE_INFINITY;
	/** The figures made last. */
	#figures: readonly Figure[] = [];
	/** What was shown last, without warnings. */
	#said: readonly [text: string, standing?: Standing] = [''];

	constructor(run: RunSummary, context: CommandContext) {
		this.#run = run;
		this.#context = context;
		this.#planned = trainingFiguresOf(run, run.plan.epochs);
	}

	async begin(): Promise<void> {
		const plan = describePlan(this.#run.plan);
		this.#tell(`${this.#run.id} is starting: ${plan}.`);
		await this.#show(0);
	}

	/** @returns whether the training has ended */
	async handle(event: TrainingEvent): Promise<boolean> {
		switch (event.type) {
			case 'progress':
				await this.#progress(event);
				return false;
			case 'checkpoint':
				await this.#show(event.epoch);
				return false;
			case 'warning':
				this.#warn(event);
				return false;
			case 'done':
			case 'stopped':
				return true;
			case 'failed':
				throw event.fault === 'user' ? new UserError(event.message) : new RunnerError(event.message);
			default:
				return false;
		}
	}

	#warn(event: Extract<TrainingEvent, { type: 'warning' }>): void {
		this.warnings = holding(this.warnings, event);
		const [text, standing] = this.#said;
		// The next event may be a long way off. It says nothing any more of a warning that is over.
		this.#tell(this.warnings.includes(event.message) ? text : `${text} ${event.message}`, standing);
	}

	async #progress({ step, steps, epoch, loss, secondsPerStep, etaSeconds }: ProgressEvent): Promise<void> {
		const now = performance.now();
		if (now - this.#told < TELL_MS) return;
		this.#told = now;
		if (now - this.#chartDrawn >= CHART_MS) {
			this.#chartDrawn = now;
			const chart = await lossFigure([await trainedRun(this.#run, this.#context.training)]);
			this.#chart = chart ? [chart] : [];
		}
		const { id, plan } = this.#run;
		const text = `${id}: epoch ${epoch} of ${plan.epochs}, step ${formatCount(step)} of ${formatCount(steps)}, loss ${formatLoss(loss)}, ${secondsPerStep.toFixed(2)} s a step.`;
		this.#tell(text, { progress: { done: step, total: steps }, endsAt: Math.round(Date.now() + 1000 * etaSeconds) });
	}

	/** Makes the figures of an epoch that has just ended. */
	async #show(epoch: number): Promise<void> {
		const { id, plan } = this.#run;
		const all: Figure[] = [];
		for (const planned of this.#planned.filter((each) => each.epoch === epoch)) {
			this.#tell(`${id}: making ${planned.what}.`);
			const figures = await madeOf(planned, this.#context);
			if (figures.length > 0) this.#figures = figures;
			all.push(...figures);
		}
		// The figures from before the first step were shown when the training started.
		if (all.length === 0 || (epoch === 0 && this.#context.training.followed)) return;
		const when = epoch === 0 ? 'before the first step' : `after epoch ${epoch} of ${plan.epochs}`;
		this.#context.milestone(`${id} ${when}.`, all);
	}

	#tell(text: string, standing: Standing = {}): void {
		this.#said = [text, standing];
		const words = [text, ...this.warnings.slice(-MAX_WARNINGS)].join(' ');
		const buttons = [{ action: 'stop', label: 'Stop', danger: true } as const];
		this.#context.tell(words, [...this.#chart, ...this.#figures], { ...standing, buttons });
	}
}

/** Empty when they cannot be made: a training must not end because of a picture of it. */
async function madeOf(
	{ job, draw }: TrainingFigure,
	{ blobs, film, perform, results, stopping }: CommandContext,
): Promise<Figure[]> {
	try {
		// The final message shows the figures of all epochs, most of which were already made on the way.
		return await draw({ blobs, film }, await performOnce(JSON.stringify({ job }), job, { perform, results }));
	} catch (error) {
		if (stopping.aborted || error instanceof Cancelled) throw error;
		return [];
	}
}

/** The last state of the message: what came out, with all figures. */
async function ended({ id }: RunSummary, context: CommandContext, warnings: readonly string[]): Promise<Reply> {
	const { training, wording } = context;
	const run = (await training.runs()).find((each) => each.id === id);
	if (!run) throw new UserError(`The training ${id} was deleted.`);
	const { plan, status, epochs, keptSteps } = run;
	if (status.state === 'failed') throw new UserError(status.message ?? `The training ${id} failed; the log says why.`);
	const trained = await trainedRun(run, training);
	const chart = await lossFigure([trained]);
	const figures = chart ? [chart] : [];
	const shown = trainingFiguresOf(run, epochs.at(-1) ?? 0).filter(({ epoch }) => epoch === 0 || epochs.includes(epoch));
	for (const planned of shown) {
		context.tell(`${id} has ended: making ${planned.what}.`, figures);
		figures.push(...(await madeOf(planned, context)));
	}
	const { lossOfLastEpoch } = trained;
	const loss = lossOfLastEpoch === undefined ? '' : `, mean loss of the last epoch ${formatLoss(lossOfLastEpoch)}`;
	const isDone = status.state === 'done';
	const of = plan.input === 'noise' ? { run: id, input: plan.input } : { run: id };
	const use = wording.line(plan.model === 'denoiser' ? 'mnist denoise' : 'mnist sample', of);
	const told = [
		`${id} is ${isDone ? 'done' : 'stopped'} after ${describeSteps(status.step)}${loss}.`,
		...(epochs.length > 0 ? [`To use it: ${use}.`] : [describeNoSheet(keptSteps, use)]),
		...(isDone ? [] : [`To resume it: ${wording.line('mnist train', { run: id })}.`]),
		...warnings.slice(-MAX_WARNINGS),
		`Plan: ${describePlan(plan)}.`,
	];
	return { text: told.join(' '), figures, ...(!isDone && { buttons: [RESUME] }) };
}

/** @param use the line that uses what a run without a finished epoch kept */
const describeNoSheet = (keptSteps: number, use: string) =>
	`Its first epoch was not finished, so there is no sheet of what it learned${keptSteps > 0 ? `; to see what it makes so far: ${use}` : ''}.`;
