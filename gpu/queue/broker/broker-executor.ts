/** The executor of several machines: remote workers take its jobs from a broker (dispatcher.ts). */
import { setTimeout as delay } from 'node:timers/promises';
import type { BlobStore } from '../blobs.ts';
import type { Executor } from '../executor.ts';
import type { Lane } from '../lanes.ts';
import { RunnerError, SHORT_SLOTS, SHUTTING_DOWN } from '../runner.ts';
import type { LogLine } from '../spawn.ts';
import type { TrainingHost } from '../training-host.ts';
import { createBrokerBlobStore, MAX_CARGO_BYTES, MAX_RESULT_BYTES } from './broker-blobs.ts';
import { BrokerError, brokerError } from './connection.ts';
import { Dispatcher } from './dispatcher.ts';
import { keysOf } from './keys.ts';
import { Link } from './link.ts';
import { reportSchema } from './protocol.ts';
import { RemoteTrainings } from './remote-trainings.ts';
import { createReservation } from './reservation.ts';
import { Room } from './room.ts';
import { Roster } from './roster.ts';

export interface BrokerExecutorOptions {
	/** The broker's address. */
	readonly url: string;
	/** The QUEUE_NAME. */
	readonly queue: string;
	/** Names this bot among all, also after its next start. */
	readonly bot: string;
	/** Which version of Flipside this is; workers of another one get no jobs. */
	readonly version: string;
	/** How many slots to count with until the first worker is here. */
	readonly slots: number;
	/** The bot's data directory, and the blobs in it. */
	readonly dataDir: string;
	readonly blobs: BlobStore;
	readonly log: LogLine;
	/** How long nothing may work before people are told why, in milliseconds. Default: 3 seconds; what restarts takes less. */
	readonly patienceMs?: number;
}

/** How often it looks at workers and jobs without being told that something has changed, in milliseconds. */
const BEAT_MS = 1000;

/** How long an upload stays on the broker, in milliseconds: workers fetch it as soon as they take the job. */
const UPLOAD_MS = 10 * 60 * 1000;

const NO_WORKER = 'No worker is ready';
const NO_BROKER = 'The workers cannot be reached';

export interface BrokerExecutor extends Executor {
	/** The same workers run trainings. */
	readonly trainings: TrainingHost;
}

export function createBrokerExecutor(options: BrokerExecutorOptions): BrokerExecutor {
	const { url, queue, bot, version, log, dataDir, blobs, patienceMs = 3000 } = options;
	const keys = keysOf(queue);
	const link = new Link(url, log);
	const travel = { keepMs: UPLOAD_MS, maxPut: MAX_CARGO_BYTES, maxGet: MAX_RESULT_BYTES };
	const dock = { dataDir, own: blobs, between: createBrokerBlobStore(link.redis, keys, travel) };
	const onStalled = (placement: string) => {
		dispatcher.stalled(placement);
		trainings.ring();
	};
	const roster = new Roster({ link, keys, version, log, onStalled });
	const reservation = createReservation({
		...{ redis: link.redis, keys, queue, bot, version },
		takeOver: () => roster.takeOver(),
	});
	const room = new Room(roster);
	const dispatcher = new Dispatcher({ link, keys, room, dock, log, onChange: update });
	const isOpen = () => isReserved && link.isUp;
	const trainings = new RemoteTrainings({ link, keys, roster, dock, log, isOpen, standstill });
	const listeners = new Set<() => void>();
	/** What listeners were last called for. */
	let told = '';
	let state = { slots: options.slots, shortSlots: SHORT_SLOTS, ready: false };
	let givenUp: string | undefined;
	/** Why the last beat was in vain, if that was up to the broker. */
	let refusal: string | undefined;
	/** On the clock of performance.now(). */
	let readyAt = performance.now();
	let timer: NodeJS.Timeout | undefined;
	/** `again`: something has happened since the beat began. */
	let beating: 'once' | 'again' | undefined;
	let isReserved = false;
	let closed = false;

	link.onChange(() => {
		if (link.isUp) void beat();
		else update();
	});
	link.subscribe(keys.reports, reportSchema, (report) => {
		if (roster.heard(report)) void beat();
		if ('placement' in report) {
			dispatcher.hear(report);
			if (report.type !== 'progress') trainings.ring();
		} else dispatcher.place();
	});

	/** Keeps the reservation, and catches up on what reports did not say. */
	async function beat(): Promise<void> {
		if (beating) {
			beating = 'again';
			return;
		}
		try {
			do {
				beating = 'once';
				await beatOnce();
			} while ((beating as 'once' | 'again') === 'again');
		} catch (error) {
			if (error instanceof BrokerError && error.isFinal) giveUp(error.message);
			else if (!closed) link.complain(error);
			refusal = brokerError(error)?.message;
		} finally {
			beating = undefined;
		}
	}

	async function beatOnce(): Promise<void> {
		if (closed || !link.isUp) return;
		link.checkEar();
		await reservation.renew();
		isReserved = true;
		givenUp = undefined;
		await roster.read();
		refusal = undefined;
		dispatcher.lookAtAll();
		dispatcher.open();
	}

	/** Until the other bot ends; then it goes on. */
	function giveUp(reason: string): void {
		if (givenUp === reason) return;
		givenUp = reason;
		isReserved = false;
		log(reason, 'warn');
		dispatcher.pause();
		dispatcher.endAll((id) => ({ id, type: 'failed', fault: 'internal', message: reason }));
		update();
	}

	/** Tells those who wait if more or fewer jobs can run than before, or others. */
	function update(): void {
		const sites = roster.usable;
		// A job that no free place suits does not take up another's.
		const count = (lane: Lane) => sites.reduce((sum, site) => sum + site.slots(lane), dispatcher.stranded(lane));
		state = {
			...(sites.length === 0 ? state : { slots: count('usual'), shortSlots: count('short') }),
			ready: isOpen() && sites.length > 0,
		};
		if (state.ready) readyAt = performance.now();
		trainings.ring();
		if (!link.isUp && standstill()) dispatcher.interruptAll();
		const now = JSON.stringify([state, givenUp, standstill(), room.changed()]);
		if (now === told || closed) return;
		told = now;
		for (const listener of listeners) listener();
	}

	function standstill(what = 'it starts'): string | undefined {
		if (state.ready || performance.now() - readyAt < patienceMs) return undefined;
		return refused() ?? `${trouble()}; ${what} as soon as ${link.isUp ? 'one is' : 'they can'}.`;
	}

	/** Why the broker lets this bot run nothing, such as another one that has its queue. */
	const refused = () => (link.isUp ? refusal : undefined);

	const trouble = () => (link.isUp ? NO_WORKER : NO_BROKER);

	return {
		get slots() {
			return state.slots;
		},
		get shortSlots() {
			return state.shortSlots;
		},
		get ready() {
			return state.ready;
		},
		get givenUp() {
			return givenUp;
		},
		get standstill() {
			return standstill();
		},
		get obstacle() {
			return room.obstacle;
		},

		onChange: (listener) => void listeners.add(listener),

		start() {
			if (timer || closed) return;
			timer = setInterval(() => void beat().then(update), BEAT_MS);
			void beat();
		},

		hasRoomFor: (candidate) => room.hasRoomFor(candidate),

		run: (execution) => dispatcher.run(execution),

		async models() {
			const patience = performance.now() + patienceMs;
			for (;;) {
				const reason = closed ? SHUTTING_DOWN : givenUp;
				if (reason) throw new RunnerError(reason);
				if (roster.isKnown) return roster.models;
				if (performance.now() > patience) throw new RunnerError(refused() ?? `${trouble()}.`);
				await delay(50);
			}
		},

		devices() {
			// What the workers last said may have changed since.
			const reason = link.outage ?? refusal;
			if (reason) throw new RunnerError(reason);
			return roster.devices();
		},

		trainings,

		async close() {
			if (closed) return;
			closed = true;
			await trainings.close();
			clearInterval(timer);
			await dispatcher.close();
			if (link.isUp && isReserved) await reservation.release().catch((error: unknown) => link.complain(error));
			await roster.close();
			link.close();
		},
	};
}
