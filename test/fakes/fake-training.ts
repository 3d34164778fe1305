/** A TrainingRunner that trains nothing. Its runs are in memory, and the test decides what happens to them. */
import { stepsOfTraining, stepsPerEpoch, type TrainingPlan, UserError } from '../../gpu/jobs/index.ts';
import { forecastTraining } from '../../gpu/queue/training-forecast.ts';
import {
	holding,
	type LossPoint,
	type RunSummary,
	type TrainingEvent,
	type TrainingRequest,
	type TrainingRunner,
	type TrainingStatus,
} from '../../gpu/queue/training-runner.ts';
import { Progress } from '../../gpu/training/progress.ts';

/** The reported time per step. */
const SECONDS_PER_STEP = 0.5;

type Changing<T> = { -readonly [K in keyof T]: T[K] };

interface Training {
	readonly summary: Changing<RunSummary>;
	readonly progress: Progress;
}

export class FakeTraining implements TrainingRunner {
	/** The share of the machine that a training would get. */
	share = 1;
	readonly #trainings: Training[] = [];
	readonly #listeners = new Set<(event: TrainingEvent) => void>();
	#running: { readonly training: Training; status: TrainingStatus } | undefined;

	async start({ plan, preset, who, request }: TrainingRequest): Promise<RunSummary> {
		this.#assertIdle();
		const id = `${plan.model}-${this.#trainings.length + 1}`;
		const started = new Date(this.#trainings.length * 1000).toISOString();
		const summary: RunSummary = {
			id,
			plan,
			preset,
			who,
			request,
			started,
			status: { state: 'running', step: 0 },
			epochs: [],
			keptSteps: 0,
		};
		const progress = new Progress({ losses: [], perEpoch: stepsPerEpoch(plan), total: stepsOfTraining(plan) });
		this.#trainings.push({ summary, progress });
		this.#run(this.#trainings.at(-1)!);
		return { ...summary };
	}

	async resume(id?: string): Promise<RunSummary | undefined> {
		this.#assertIdle();
		const training = id
			? this.#find(id)
			: this.#trainings.findLast(({ summary }) => summary.status.state === 'running');
		if (!training) return undefined;
		this.#run(training);
		return { ...training.summary };
	}

	/** Ends the training at once, unlike the real runner. */
	stop(): void {
		if (!this.#running) throw new UserError('No training is running.');
		this.end({ type: 'stopped' });
	}

	/** Advances the running training by `steps`, with an event for each finished epoch. Its loss is 1/step. */
	advance(steps: number): void {
		const { training } = this.#present();
		const { progress, summary } = training;
		for (let i = 0; i < steps; i++) {
			progress.add(1 / (progress.step + 1), SECONDS_PER_STEP);
			if (!progress.endsEpoch) continue;
			summary.epochs = [...summary.epochs, progress.epochOf()];
			summary.keptSteps = progress.step;
			this.#emit({ run: summary.id, type: 'checkpoint', epoch: progress.epochOf() });
		}
		const event = progress.event();
		this.#running!.status = { ...this.#running!.status, progress: event };
		summary.status = progress.status('running');
		this.#emit({ run: summary.id, ...event });
	}

	/** Ends the running training. */
	end(end: { type: 'done' | 'stopped' } | { type: 'failed'; message: string; fault: 'user' | 'internal' }): void {
		const { training } = this.#present();
		const message = end.type === 'failed' ? end.message : undefined;
		training.summary.status = { ...training.progress.status(end.type), message };
		training.summary.keptSteps = training.progress.step;
		this.#running = undefined;
		this.#emit({ run: training.summary.id, ...end });
	}

	/** Loses the weights of an epoch of the running training, as on a full disk. */
	forget(epoch: number): void {
		const { summary } = this.#present().training;
		summary.epochs = summary.epochs.filter((other) => other !== epoch);
	}

	/** Sends a warning about the running training; `replaces`: an earlier one that no longer holds. */
	warn(message: string, replaces?: string): void {
		const warning = { type: 'warning', message, ...(replaces && { replaces }) } as const;
		const present = this.#present();
		present.status = { ...present.status, warnings: holding(present.status.warnings, warning) };
		this.#emit({ run: present.training.summary.id, ...warning });
	}

	status(): TrainingStatus | undefined {
		return this.#running?.status;
	}

	async runs(): Promise<RunSummary[]> {
		return this.#trainings.map(({ summary }) => ({ ...summary })).reverse();
	}

	async losses(id: string): Promise<LossPoint[]> {
		return this.#find(id).progress.points();
	}

	async remove(id: string): Promise<void> {
		const training = this.#find(id);
		if (this.#running?.training === training) {
			throw new UserError(`The training ${id} is running; stop it before it is deleted.`);
		}
		this.#trainings.splice(this.#trainings.indexOf(training), 1);
	}

	async forecast(plan: TrainingPlan) {
		return forecastTraining(plan, [], this.share);
	}

	onEvent(listener: (event: TrainingEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	async close(): Promise<void> {
		if (this.#running) this.#running.training.summary.keptSteps = this.#running.training.progress.step;
		this.#running = undefined;
	}

	#run(training: Training): void {
		const { id, status } = training.summary;
		this.#running = { training, status: { run: id, stopping: false, warnings: [] } };
		this.#emit({ run: id, type: 'started', step: status.step });
	}

	#present() {
		if (!this.#running) throw new Error('FakeTraining: no training is running');
		return this.#running;
	}

	#assertIdle(): void {
		const { run } = this.#running?.status ?? {};
		if (run) throw new UserError(`A training is running already (${run}); stop it first, or wait for its end.`);
	}

	#find(id: string): Training {
		const training = this.#trainings.find(({ summary }) => summary.id === id);
		if (!training) throw new UserError(`There is no training run "${id}"; /mnist runs lists them.`);
		return training;
	}

	#emit(event: TrainingEvent): void {
		for (const listener of this.#listeners) listener(event);
	}
}
