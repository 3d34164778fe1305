/** The bot's side of one remote worker: what it last said of itself, and the queue that it takes its jobs from. */
import { Queue, Worker } from 'bullmq';
import { type Lane, roomIn } from '../lanes.ts';
import type { DeviceReport, ModelList } from '../runner.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { type Assignment, GIVEN_BACK, type JOB } from './protocol.ts';
import type { TRAINING, TrainingAssignment } from './training-messages.ts';
import type { Introduction, WorkerState } from './worker-state.ts';

/**
 * What has become of a placement. `died`: the process that ran it did. `stalled`: its worker has not been heard of for too long.
 * `back`: it has to be run elsewhere, and nobody died.
 */
export type Outcome =
	| { readonly is: 'waiting' | 'running' | 'died' | 'stalled' | 'back' }
	/** As the worker says. */
	| { readonly is: 'over'; readonly end: unknown };

/** How often the bot looks for jobs whose lock has run out, in milliseconds. */
const CHECK_MS = 1000;

/** For how long a worker may still be announced after it died, in milliseconds, rounded up. */
const SUSPECT_MS = 10_000;

/**
 * How long a worker may be connected without being ready before people are told, in milliseconds: to start takes seconds, and to
 * look through models of many gigabytes on a slow disk a minute or two.
 */
const SLOW_MS = 2 * 60_000;

/** More than the longest result with a thousand pictures and all its notes. */
const MAX_END_BYTES = 4 * 2 ** 20;

/** Nobody reads BullMQ's stream of events; it cannot be turned off. */
const EVENTS_KEPT = 10;

export interface SiteOptions {
	readonly id: string;
	readonly link: Link;
	readonly keys: Pick<Keys, 'queues'>;
	/** Called with each placement whose lock has run out. */
	readonly onStalled: (placement: string) => void;
	/** In milliseconds. Default: performance.now() */
	readonly now?: () => number;
}

export class Site {
	readonly id: string;
	models: ModelList = { usable: [], damaged: [] };
	/** The state's modelsChanged when `models` was read. */
	modelsRead = 0;
	/** What is wrong with that list, in one sentence. */
	modelsProblem: string | undefined;
	/** What it last said of itself. Undefined once it has not been heard of for too long, or says that it is gone. */
	known: Introduction | undefined;
	/** How many jobs and trainings it was given and has not ended. */
	readonly given: Record<Lane | 'training', number> = { usual: 0, short: 0, training: 0 };
	readonly #now: () => number;
	/** When something last stalled there. */
	#stalledAt = Number.NEGATIVE_INFINITY;
	/** Since when it has been connected without being usable, as far as `checkReadiness` has noticed. */
	#unreadySince: number | undefined;
	readonly #queue: Queue<Assignment | TrainingAssignment>;
	readonly #watch: Worker;
	readonly #link: Link;

	constructor({ id, link, keys, onStalled, now = () => performance.now() }: SiteOptions) {
		this.id = id;
		this.#now = now;
		this.#link = link;
		const options = { connection: link.redis, prefix: keys.queues };
		const onError = (error: Error) => link.complain(error);
		const streams = { events: { maxLen: EVENTS_KEPT } };
		this.#queue = new Queue(id, { ...options, streams, skipMetasUpdate: true });
		// It takes no jobs. One that has stalled must not go back to the same worker by itself, so none is allowed to.
		this.#watch = new Worker(id, null, { ...options, autorun: false, stalledInterval: CHECK_MS, maxStalledCount: 0 });
		this.#watch.on('stalled', onStalled);
		this.#watch.startStalledCheckTimer().catch(onError);
		this.#queue.on('error', onError);
		this.#watch.on('error', onError);
	}

	/** Absent if it is gone, or makes no sense to this bot. */
	get state(): WorkerState | undefined {
		return this.known?.state;
	}

	/** Whether it can be given jobs. */
	get isUsable(): boolean {
		return this.state?.ready === true && !this.lacksModels && this.modelsProblem === undefined;
	}

	/** Whether it is probably dead, although it has not been missed yet. */
	get isSuspect(): boolean {
		return this.#now() - this.#stalledAt < SUSPECT_MS;
	}

	/** Call this when it says anything, which the dead do not. */
	heard(): void {
		this.#stalledAt = Number.NEGATIVE_INFINITY;
	}

	/** Call this now and then, so that it is known for how long it has not been ready. */
	checkReadiness(): void {
		if (!this.state || this.isUsable) this.#unreadySince = undefined;
		else this.#unreadySince ??= this.#now();
	}

	/** Why it gets no jobs, in one sentence, unless that will pass in a moment. */
	get trouble(): string | undefined {
		return this.known?.problem ?? this.modelsProblem ?? this.#delay;
	}

	get #delay(): string | undefined {
		const ms = this.#unreadySince === undefined ? 0 : this.#now() - this.#unreadySince;
		if (ms < SLOW_MS) return undefined;
		return `It has been connected for ${Math.floor(ms / 60_000)} min and is not ready yet; its log says why.`;
	}

	/** Whether its list of models has yet to be read. */
	get lacksModels(): boolean {
		return this.state !== undefined && this.state.modelsChanged !== this.modelsRead;
	}

	/** Whether nothing that it was given is still open. */
	get isIdle(): boolean {
		return Object.values(this.given).every((count) => count === 0);
	}

	get machine(): string {
		return this.known?.machine ?? this.id;
	}

	/** Where it trains, for people: "gpu1, cuda:0". */
	get trainsWhere(): string {
		return [this.machine, this.state?.training.device].join(', ');
	}

	/** How many jobs it runs at the same time. */
	slots(lane: Lane): number {
		return (lane === 'short' ? this.state?.shortSlots : this.state?.slots) ?? 0;
	}

	/** How many more jobs it can take. */
	free(lane: Lane): number {
		return roomIn({ slots: this.slots('usual'), shortSlots: this.slots('short') }, this.given)[lane];
	}

	get loaded(): ReadonlySet<string> {
		return new Set(this.state?.devices.flatMap(({ loaded }) => loaded));
	}

	devices(): readonly DeviceReport[] {
		if (!this.known) return [];
		const { machine, state } = this.known;
		const { trouble: problem } = this;
		if (state && this.modelsProblem === undefined) {
			const trains = this.given.training > 0 ? state.training.device : undefined;
			return state.devices.map((report) => {
				const training = report.device === trains && { trains: true as const };
				return { ...(problem && { problem }), ...report, ...training, machine };
			});
		}
		return [{ machine, device: 'unknown', slots: 0, running: 0, loaded: [], problem }];
	}

	give(what: typeof JOB, placement: string, assignment: Assignment): Promise<void>;
	give(what: typeof TRAINING, placement: string, assignment: TrainingAssignment): Promise<void>;
	async give(what: string, placement: string, assignment: Assignment | TrainingAssignment): Promise<void> {
		// BullMQ writes down once how many events it keeps; clearing the queue removes that, as does a broker that loses its data.
		await this.#queue.backend.setQueueMeta(this.#queue.metaValues);
		await this.#queue.add(what, assignment, { jobId: placement });
	}

	/** Takes a placement back, unless it is running. @returns whether it is no longer there */
	async withdraw(placement: string): Promise<boolean> {
		return (await this.#queue.remove(placement)) === 1;
	}

	async look(placement: string): Promise<Outcome> {
		const state = await this.#queue.getJobState(placement);
		if (state === 'completed' || state === 'failed') {
			// BullMQ reads and parses whatever is there.
			const length = await this.#lengthOfEnd(placement);
			if (length > MAX_END_BYTES) return { is: 'over', end: `${length} bytes, which no job needs` };
		}
		const job = await this.#queue.getJob(placement);
		if (!job) return { is: 'back' };
		if (state === 'completed') return { is: 'over', end: job.returnvalue };
		if (job.stalledCounter > 0) {
			// Without a broker nobody can renew a lock.
			if (!this.#link.wasDown) this.#stalledAt = this.#now();
			return { is: 'stalled' };
		}
		if (state === 'failed') return { is: job.failedReason === GIVEN_BACK ? 'back' : 'died' };
		return { is: state === 'active' ? 'running' : 'waiting' };
	}

	/** How many bytes the worker has written about how a placement ended. */
	async #lengthOfEnd(placement: string): Promise<number> {
		const key = this.#queue.toKey(placement);
		const fields = ['returnvalue', 'failedReason', 'stacktrace'].map((field) => this.#link.redis.hstrlen(key, field));
		return (await Promise.all(fields)).reduce((sum, length) => sum + length, 0);
	}

	/** Forgets every job in its queue. */
	async clear(): Promise<void> {
		await this.#queue.obliterate({ force: true });
	}

	async close(): Promise<void> {
		await Promise.allSettled([this.#queue.close(), this.#watch.close(true)]);
	}
}
