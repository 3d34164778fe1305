/** A bot whose trainings run on remote workers, and everything that it tells of them. */
import { join } from 'node:path';
import { planTraining, type TrainingPlan } from '../../../../gpu/jobs/index.ts';
import { createHostedTrainingRunner } from '../../../../gpu/queue/hosted-training-runner.ts';
import type { TrainingEvent, TrainingRunner } from '../../../../gpu/queue/training-runner.ts';
import { until } from '../../../fakes/until.ts';
import { type Ends, startExecutor } from './harness.ts';

export const PLAN: TrainingPlan = {
	...planTraining({ model: 'time', preset: 'demo', seed: 9 }),
	hidden: 4,
	batchSize: 4,
	steps: 30,
};

/** A plan longer than any test waits. */
export const ENDLESS = { plan: { ...PLAN, steps: 15_000 }, who: 'Ann' };

const PATIENCE_MS = 60_000;

export class TrainingBot {
	readonly dataDir: string;
	readonly runner: TrainingRunner;
	readonly events: TrainingEvent[] = [];
	readonly #executor: ReturnType<typeof startExecutor>;

	constructor(ends: Ends) {
		this.dataDir = join(ends.folder, 'bot');
		this.#executor = startExecutor(ends, { patienceMs: 300 });
		this.#executor.start();
		this.runner = createHostedTrainingRunner({ dataDir: this.dataDir, host: this.#executor.trainings });
		this.runner.onEvent((event) => this.events.push(event));
	}

	/** The first event of these types, past or future. */
	heard = (...types: TrainingEvent['type'][]): Promise<TrainingEvent> =>
		until(types.join(), () => this.events.find(({ type }) => types.includes(type)), PATIENCE_MS);

	ended = () => this.heard('done', 'stopped', 'failed');

	/** Resolves when it has been started that often: for the first time, and after every end of a process but the last. */
	async starts(count: number): Promise<void> {
		const starts = () => this.events.filter(({ type }) => type === 'started').length;
		await until(`start ${count}`, () => starts() === count, PATIENCE_MS);
	}

	/** Resolves when a step after this one has been told. */
	async passes(step: number): Promise<void> {
		const isLater = (event: TrainingEvent) => event.type === 'progress' && event.step > step;
		await until(`a step after ${step}`, () => this.events.some(isLater), PATIENCE_MS);
	}

	/** Resolves when a worker on that machine can be given something. */
	async knows(machine: string): Promise<void> {
		const isThere = () => this.#executor.ready && this.#executor.devices().some((device) => device.machine === machine);
		await until(machine, isThere, PATIENCE_MS);
	}

	/** The machines on which a training runs, as /queue shows them. */
	training = () => this.#executor.devices().flatMap(({ machine, trains }) => (trains && machine ? [machine] : []));

	async close(): Promise<void> {
		await this.runner.close();
		await this.#executor.close();
	}
}
