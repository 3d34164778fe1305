/**
 * The worker's side of the broker: takes jobs from its own queue and runs them with an executor of this machine. BullMQ renews the
 * locks from this process, which nothing keeps from doing so: networks run in a child.
 */
import { randomUUID } from 'node:crypto';
import { type Job as Placement, Worker } from 'bullmq';
import { FULL_DISK } from '../../jobs/index.ts';
import type { BlobStore } from '../blobs.ts';
import type { Executor } from '../executor.ts';
import type { JobEnd } from '../runner.ts';
import type { LogLine } from '../spawn.ts';
import type { ProcessEnd } from '../training-host.ts';
import { Announcer } from './announcer.ts';
import { createBrokerBlobStore, MAX_CARGO_BYTES, MAX_RESULT_BYTES } from './broker-blobs.ts';
import { type Dock, receive, sendResult } from './cargo.ts';
import { failureOf, fullDiskOf } from './failure.ts';
import { keysOf } from './keys.ts';
import { Link } from './link.ts';
import { placedIn } from './placement.ts';
import { type Assignment, assignmentSchema, DIED, GIVEN_BACK, orderSchema, type Report } from './protocol.ts';
import { misfit } from './reading.ts';
import { RemoteTrainer, type TrainerSettings } from './remote-trainer.ts';
import { TRAINING } from './training-messages.ts';

export interface RemoteWorkerOptions {
	/** The broker's address. */
	readonly url: string;
	/** The bot's QUEUE_NAME. */
	readonly queue: string;
	/** This machine's name. */
	readonly machine: string;
	/** Which version of Flipside this is; a bot of another one gives it no jobs. */
	readonly version: string;
	/** Runs the jobs; it is started, and closed with the worker. */
	readonly executor: Executor;
	/** Where and how it trains. */
	readonly training: TrainerSettings;
	/** This machine's data directory, and the blobs in it. */
	readonly dataDir: string;
	readonly blobs: BlobStore;
	readonly log: LogLine;
	/** Called once a bot can give it jobs. Default: nothing */
	readonly onReady?: () => void;
}

export interface RemoteWorker {
	/** Gives back the running jobs, takes no more, and ends what runs them. */
	close(): Promise<void>;
}

/** How long the lock of a job lasts if nobody renews it, in milliseconds: so soon is a dead worker noticed. */
const LOCK_MS = 3000;

/** How long a result stays on the broker for a bot that is away, in milliseconds. */
const RESULT_MS = 60 * 60 * 1000;

/** The same for what BullMQ keeps of a placement, in seconds. */
const ENDED_S = RESULT_MS / 1000;

/** How long a broker that is gone may keep a worker from ending, in milliseconds. */
const ENDING_MS = 5000;

export function startRemoteWorker(options: RemoteWorkerOptions): RemoteWorker {
	const { url, executor, machine, dataDir, blobs, log } = options;
	const id = `${machine.replace(/[^\w.-]/g, '-')}-${randomUUID().slice(0, 8)}`;
	const keys = keysOf(options.queue);
	const link = new Link(url, log);
	const travel = { keepMs: RESULT_MS, maxPut: MAX_RESULT_BYTES, maxGet: MAX_CARGO_BYTES };
	const dock: Dock = { dataDir, own: blobs, between: createBrokerBlobStore(link.redis, keys, travel) };
	/** Ends each placement. */
	const running = new Map<string, AbortController>();
	let closing = false;

	const { device, isReserved } = options.training;
	const announcer = new Announcer({
		...options,
		...{ id, keys, link, training: { device, isReserved } },
		say: (report) => link.publish(keys.reports, report),
	});
	const say = (report: Report) => {
		announcer.refresh(); // a job that starts or ends may change it
		link.publish(keys.reports, report);
	};

	const trainer = new RemoteTrainer({
		...{ settings: options.training, machine, dataDir, redis: link.redis, keys, between: dock.between, log },
		onNews: (placement) => link.publish(keys.reports, { worker: id, type: 'news', placement } satisfies Report),
		complain: (error) => link.complain(error),
	});
	/** Beside the jobs there may be a training. */
	const places = () => executor.slots + executor.shortSlots + 1;

	const bull = new Worker<unknown, JobEnd | ProcessEnd>(id, (placement) => begin(placement), {
		connection: link.redis,
		prefix: keys.queues,
		name: machine,
		concurrency: places(),
		lockDuration: LOCK_MS,
		// The bot does that: a dead worker cannot.
		skipStalledCheck: true,
		maxStalledCount: 0,
		removeOnComplete: { age: ENDED_S },
		removeOnFail: { age: ENDED_S },
	});
	bull.on('error', (error) => {
		if (isLoss(error)) return;
		link.complain(error);
		for (const placement of running.keys()) keepLock(placement);
	});
	/** A broker without memory refuses to set a lock anew, as BullMQ does, but not to let it last. */
	const keepLock = (placement: string) => {
		if (link.isUp) link.redis.pexpire(bull.toKey(`${placement}:lock`), LOCK_MS).catch((error) => link.complain(error));
	};
	const ended = (placement: string | undefined) => placement && say({ worker: id, type: 'ended', placement });
	bull.on('completed', ({ id: placement }) => ended(placement));
	bull.on('failed', (placement) => ended(placement?.id));
	bull.on('lockRenewalFailed', (placements) => {
		for (const placement of placements) {
			log('a job is run elsewhere, since this worker was not heard of for too long', 'info', about(placement));
			running.get(placement)?.abort();
		}
	});
	executor.onChange(() => {
		bull.concurrency = places();
	});
	link.subscribe(keys.orders, orderSchema, (order) => {
		if (order.type === 'tell') trainer.tell(order.placement, order.message);
		else if (order.type === 'cancel') running.get(order.placement)?.abort();
		else for (const stop of running.values()) stop.abort();
	});
	executor.start();
	announcer.start();

	async function begin({ id: placement = '', name, data }: Placement<unknown>): Promise<JobEnd | ProcessEnd> {
		const stop = new AbortController();
		running.set(placement, stop);
		try {
			return await (name === TRAINING ? train : run)(placement, data, stop.signal);
		} finally {
			running.delete(placement);
		}
	}

	async function train(placement: string, data: unknown, signal: AbortSignal): Promise<ProcessEnd> {
		const end = await trainer.run(placement, data, signal);
		if (closing || end.isGivenBack) throw gaveBack;
		return end;
	}

	async function run(placement: string, data: unknown, signal: AbortSignal): Promise<JobEnd> {
		const assignment = assignmentSchema.safeParse(data);
		if (!assignment.success) {
			log(`a job was refused: ${misfit(assignment.error)}`, 'warn', about(placement));
			const message = `The worker ${machine} does not understand this job.`;
			return { id: placement, type: 'failed', fault: 'internal', message };
		}
		try {
			return here(await runHere(placement, assignment.data, signal));
		} catch (error) {
			if (error === gaveBack || error === died) throw error;
			log(`a job could not be run: ${error instanceof Error ? error.stack : error}`, 'warn', about(placement));
			return here(failureOf(placement, error));
		}
	}

	function here(end: JobEnd): JobEnd {
		if (end.type !== 'failed' || end.message !== FULL_DISK) return end;
		return { ...end, message: fullDiskOf(machine) };
	}

	async function runHere(placement: string, assignment: Assignment, signal: AbortSignal): Promise<JobEnd> {
		await receive(assignment, dock);
		if (signal.aborted) return { id: placement, type: 'cancelled' };
		if (closing) throw gaveBack;
		let hasDied = false;
		const end = await executor.run({
			id: placement,
			job: assignment.job,
			isShort: assignment.isShort,
			signal,
			tell: (event) => {
				if (event.type !== 'progress') say({ worker: id, type: event.type, placement });
				else {
					const { done, total, preview } = event;
					const text = preview && Buffer.from(preview).toString('base64');
					say({ worker: id, type: 'progress', placement, done, total, ...(text && { preview: text }) });
				}
			},
			onDeath: () => {
				hasDied = true;
			},
		});
		if (closing && end.type === 'cancelled') throw gaveBack;
		if (end.type === 'failed' && hasDied) throw died;
		// No device works here, which is not the job's fault.
		if (end.type === 'failed' && executor.givenUp !== undefined) throw gaveBack;
		if (end.type === 'done') await sendResult(end.result, dock);
		return end;
	}

	return {
		async close() {
			closing = true;
			const orderly = async () => {
				await announcer.stop();
				await bull.pause(true);
				trainer.pause();
				await executor.close();
				await bull.close();
			};
			const late = new Promise((resolve) => setTimeout(resolve, link.isUp ? ENDING_MS : 0).unref());
			await Promise.race([orderly().catch((error: unknown) => link.complain(error)), late]);
			for (const stop of running.values()) stop.abort();
			await executor.close();
			link.close();
		},
	};
}

/** For the log. */
const about = (placement: string) => ({ request: placedIn(placement) });

/** Whether BullMQ complains about a job that somebody else runs by now. */
const isLoss = (error: Error) => /^(could not renew lock|Missing (lock|key)) /.test(error.message);

/** Thrown so that BullMQ records them as the reasons of failures. */
const gaveBack = new Error(GIVEN_BACK);
const died = new Error(DIED);
