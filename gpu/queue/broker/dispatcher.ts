/**
 * Hands each job to a remote worker that has its models and a free place, and sees to it that it ends, whatever happens to
 * workers, broker and network in between.
 */
import { isDeepStrictEqual } from 'node:util';
import { type BlobRef, isFullDisk, UserError } from '../../jobs/index.ts';
import { ATTEMPTS, cancelled, type Execution } from '../executor.ts';
import { type Lane, laneOf } from '../lanes.ts';
import type { JobEnd } from '../runner.ts';
import type { LogLine } from '../spawn.ts';
import { blobsOf, type Dock, receiveResult, send } from './cargo.ts';
import { diedTwice, failureOf, HELD, LEFT, lost } from './failure.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { newPlacement } from './placement.ts';
import { JOB, jobEnd, type Report } from './protocol.ts';
import type { Room } from './room.ts';
import { heldLonger, type Place, type Task } from './task.ts';

export interface DispatcherOptions {
	readonly link: Link;
	readonly keys: Pick<Keys, 'orders'>;
	readonly room: Room;
	readonly dock: Dock;
	readonly log: LogLine;
	/** Called when a job was handed out, or has ended. */
	readonly onChange: () => void;
}

/** What a worker says about one placement. */
type PlacementReport = Extract<Report, { placement: string }>;

export class Dispatcher {
	readonly #options: DispatcherOptions;
	readonly #tasks = new Map<string, Task>();
	/** Jobs are handed out. */
	#isOpen = false;

	constructor(options: DispatcherOptions) {
		this.#options = options;
	}

	/** How many jobs wait here because no free place suits them any more, and nobody takes them back. */
	stranded(lane: Lane): number {
		return [...this.#tasks.values()].filter((task) => !task.at && task.lane === lane).length;
	}

	/** As Executor.run. */
	run(execution: Execution): Promise<JobEnd> {
		return new Promise((resolve) => {
			const lane = laneOf(execution);
			const task: Task = { ...execution, lane, resolve, deaths: execution.deaths ?? 0, isRunning: false };
			this.#tasks.set(task.id, task);
			task.signal.addEventListener('abort', () => {
				if (this.#tasks.get(task.id) !== task) return; // it has just ended
				if (task.at?.isThere) void this.#cancel(task, task.at);
				else this.#over(task, cancelled(task));
			});
			this.place();
		});
	}

	open(): void {
		this.#isOpen = true;
		this.place();
	}

	/** Hands nothing out until it is opened again; what was handed out goes on. */
	pause(): void {
		this.#isOpen = false;
	}

	/** Hands out every job for which there is room. */
	place(): void {
		for (const task of this.#tasks.values()) if (!task.at) this.#placeOne(task);
		this.#options.onChange();
	}

	/** Takes in what a worker says about a job. */
	hear(report: PlacementReport): void {
		const task = this.#taskAt(report.placement);
		if (!task) return;
		const { id } = task;
		if (report.type === 'ended') {
			this.#look(task);
			return;
		}
		if (report.type === 'interrupted') {
			this.#interrupt(task);
			return;
		}
		this.#start(task);
		if (report.type !== 'progress') return;
		const { done, total, preview } = report;
		task.tell({ id, type: 'progress', done, total, ...(preview && { preview: Buffer.from(preview, 'base64') }) });
	}

	/** Says of every job that runs that nobody knows whether it still does. */
	interruptAll(): void {
		for (const task of this.#tasks.values()) this.#interrupt(task);
	}

	/** Looks what has become of a job whose worker seems to be dead. */
	stalled(placement: string): void {
		const task = this.#taskAt(placement);
		if (task) this.#look(task);
	}

	/** Catches up on whatever was not reported. */
	lookAtAll(): void {
		for (const task of this.#tasks.values()) this.#look(task);
	}

	/** Ends every job in that way. */
	endAll(endOf: (id: string) => JobEnd): void {
		for (const task of [...this.#tasks.values()]) this.#over(task, endOf(task.id));
	}

	/** Ends every job as cancelled, and takes it back from its worker. */
	async close(): Promise<void> {
		this.pause();
		const placed = [...this.#tasks.values()].flatMap((task) => (task.at ? [{ task, at: task.at }] : []));
		this.endAll((id) => cancelled({ id }));
		if (this.#options.link.isUp) await Promise.allSettled(placed.map(({ task, at }) => this.#takeBack(task, at)));
	}

	#start(task: Task): void {
		if (!task.isRunning) task.tell({ id: task.id, type: 'started' });
		task.isRunning = true;
	}

	#interrupt(task: Task): void {
		if (task.isRunning) task.tell({ id: task.id, type: 'interrupted' });
		task.isRunning = false;
	}

	#taskAt(placement: string): Task | undefined {
		return [...this.#tasks.values()].find(({ at }) => at?.placement === placement);
	}

	#placeOne(task: Task): void {
		const { link, room } = this.#options;
		// What fails without the broker would be tried again and again.
		const site = this.#isOpen && link.isUp ? room.siteFor(task) : undefined;
		if (!site) return;
		const at: Place = { site, placement: newPlacement(task.id), isThere: false };
		task.at = at;
		site.given[task.lane]++;
		void this.#give(task, at);
	}

	async #give(task: Task, at: Place): Promise<void> {
		const { dock, link, log } = this.#options;
		const { id, job, lane } = task;
		try {
			const files = await send(job, dock);
			await at.site.give(JOB, at.placement, { job, isShort: lane === 'short', files });
			at.isThere = true;
			if (this.#tasks.get(id) !== task) await this.#takeBack(task, at);
		} catch (error) {
			// Such as a password that was changed: what waits for the connection fails, and no job is to blame.
			if (!link.isUp) return this.#moveOn(task, at);
			log(`a job could not be handed over: ${stackOf(error)}`, 'warn', { request: id });
			this.#over(task, failureOf(id, error));
		}
	}

	/** Nobody has to wait for a broker that is away; what runs is told when it is back. */
	async #cancel(task: Task, at: Place): Promise<void> {
		const { link } = this.#options;
		const back = this.#takeBack(task, at).catch((error) => link.complain(error));
		if (!link.isUp || (await back)) this.#over(task, cancelled(task));
	}

	/** @returns false if it is running, and so ends only when its worker has been told */
	async #takeBack(task: Task, { site, placement }: Place): Promise<boolean> {
		const outcome = await site.look(placement);
		const isBack = await site.withdraw(placement);
		// It had just ended, and nobody else will see its result, unless an equal job has or will have the same one.
		if (isBack && outcome.is === 'over' && !this.#hasEqual(task)) await this.#release(blobsOf(outcome.end));
		if (!isBack) this.#options.link.publish(this.#options.keys.orders, { type: 'cancel', placement });
		return isBack;
	}

	/** Whether another job asks for the same, and so for a result with the same blobs. */
	#hasEqual(task: Task): boolean {
		return [...this.#tasks.values()].some((other) => other !== task && isDeepStrictEqual(other.job, task.job));
	}

	/** Looks what has become of a job that was handed out. */
	#look(task: Task): void {
		const { link } = this.#options;
		const { at } = task;
		if (!at?.isThere || !link.isUp) return;
		if (at.looking) at.looking = 'again';
		else this.#lookUntilQuiet(task, at).catch((error) => link.complain(error));
	}

	async #lookUntilQuiet(task: Task, at: Place): Promise<void> {
		try {
			do {
				at.looking = 'once';
				await this.#lookOnce(task, at);
			} while ((at.looking as Place['looking']) === 'again' && task.at === at);
		} finally {
			at.looking = undefined;
		}
	}

	async #lookOnce(task: Task, at: Place): Promise<void> {
		const { site, placement } = at;
		const outcome = await site.look(placement);
		if (this.#tasks.get(task.id)?.at !== at) return;
		switch (outcome.is) {
			case 'over':
				return this.#finish(task, at, outcome.end);
			case 'died':
			case 'stalled':
			case 'back':
				await site.withdraw(placement);
				this.#options.log(`a job left ${site.id}: ${LEFT[outcome.is]}`, 'info', { request: task.id });
				// Without a broker nobody can renew a lock, so that is not the worker's fault.
				if (outcome.is === 'died' || (outcome.is === 'stalled' && !this.#options.link.wasDown)) task.deaths++;
				return this.#moveOn(task, at);
			case 'running':
				this.#start(task); // the report of that may be lost
				break;
			case 'waiting':
				// Its worker is gone, and never took it.
				if (!site.state && (await site.withdraw(placement))) return this.#moveOn(task, at);
		}
		if (task.signal.aborted) await this.#cancel(task, at); // its worker may not have heard of that
	}

	/** Takes in the result, and leaves nothing on the broker; without room on the disk it stays there for as long as it lasts. */
	async #finish(task: Task, at: Place, said: unknown): Promise<void> {
		const { dock, link, log } = this.#options;
		const { id } = task;
		const { site, placement, held } = at;
		if (held && performance.now() < held.until) return;
		try {
			const end = jobEnd.parse(said);
			if (end.type === 'done') {
				await receiveResult(end.result, dock);
				await this.#release(blobsOf(end.result));
			}
			this.#over(task, { ...end, id });
		} catch (error) {
			if (isFullDisk(error)) return this.#hold(task, at, blobsOf(said));
			if (!link.isUp) throw error; // it is looked at again
			// One that is cancelled meanwhile is removed.
			if (!task.signal.aborted) log(`a result could not be fetched: ${stackOf(error)}`, 'warn', { request: id });
			this.#over(task, error instanceof UserError ? lost(id, held !== undefined) : failureOf(id, error));
		}
		await site.withdraw(placement);
	}

	/** Leaves its result on the broker, where it is looked for again and again. */
	#hold(task: Task, at: Place, blobs: readonly BlobRef[]): void {
		if (!at.held) {
			this.#options.log('the disk is full, so a result waits on the broker for an hour; make room', 'warn', {
				request: task.id,
			});
			task.tell({ id: task.id, type: 'interrupted', reason: HELD });
		}
		task.isRunning = false;
		at.held = heldLonger(blobs, at.held);
	}

	/** Lets another worker run it, or the same one again. */
	#moveOn(task: Task, at: Place): void {
		if (this.#tasks.get(task.id)?.at !== at) return;
		at.site.given[task.lane]--;
		task.at = undefined;
		if (task.signal.aborted) this.#over(task, cancelled(task));
		else if (task.deaths >= ATTEMPTS) this.#over(task, diedTwice(task.id));
		else {
			if (at.held) task.tell({ id: task.id, type: 'interrupted' }); // its result is lost, and not held up
			this.#interrupt(task);
			this.#placeOne(task);
			if (!task.at && task.onReturn) this.#return(task, task.onReturn);
			else this.place();
		}
	}

	/** Lets it wait in line, where it is in nobody's way. */
	#return(task: Task, onReturn: NonNullable<Execution['onReturn']>): void {
		onReturn(task.deaths);
		this.#over(task, cancelled(task));
	}

	#over(task: Task, end: JobEnd): void {
		if (!this.#tasks.delete(task.id)) return;
		if (task.at) task.at.site.given[task.lane]--;
		void this.#release([...blobsOf(task.job), ...(task.at?.held?.blobs ?? [])]);
		task.resolve(end);
		this.place();
	}

	/** Removes blobs from the broker that no job needs there. */
	async #release(refs: readonly BlobRef[]): Promise<void> {
		const { dock, link } = this.#options;
		const needed = new Set(
			[...this.#tasks.values()].flatMap(({ job, at }) => [...blobsOf(job), ...(at?.held?.blobs ?? [])]),
		);
		const idle = refs.filter((ref) => !needed.has(ref));
		await Promise.all(idle.map((ref) => dock.between.remove(ref))).catch((error) => link.complain(error));
	}
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
