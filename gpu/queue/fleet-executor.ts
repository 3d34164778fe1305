/**
 * The executor of several devices, made of an executor for each. A job goes to a device that has its models loaded, else to the
 * least busy one. A device that has given up is left out and its jobs go to the others; now and then it is tried again.
 */
import { type Job, modelsOf } from '../jobs/index.ts';
import type { Candidate, Execution, ExecutionEvent, Executor } from './executor.ts';
import { laneOf, roomIn } from './lanes.ts';
import type { JobEnd, RunnerError } from './runner.ts';
import type { LogLine } from './spawn.ts';

/** How long a device stays left out while others work, in milliseconds: every attempt to start it takes some of their time. */
const LEFT_OUT_MS = 5 * 60_000;

interface Member {
	readonly executor: Executor;
	/** For the log. */
	readonly name: string;
	/** The jobs that it has been given. */
	readonly jobs: Set<Execution>;
	/** When it gave up, in milliseconds since 1970; absent while it works or has not been ready yet. */
	leftOutAt?: number;
}

/** A job whose turn has come, but for which no device has room yet. */
interface Held {
	readonly execution: Execution;
	/** Receives undefined if no device will have room. */
	readonly resolve: (member: Member | undefined) => void;
}

/**
 * @param executors one for each device, at least one; all of them have short slots, or none has
 * @param log receives a line when a device is left out, and when it works again
 */
export function createFleetExecutor(executors: readonly Executor[], log: LogLine = () => {}): Executor {
	const members = executors.map((executor): Member => {
		return { executor, name: executor.devices()[0].device, jobs: new Set() };
	});
	const held = new Set<Held>();
	const listeners = new Set<() => void>();
	let closed = false;

	for (const member of members) member.executor.onChange(() => adapt(member));

	const isReady = ({ executor }: Member) => executor.ready;
	const anyReady = () => members.some(isReady);

	function adapt(member: Member): void {
		const { executor, name } = member;
		if (executor.givenUp && member.leftOutAt === undefined) log(`${name} is left out. ${executor.givenUp}`, 'warn');
		if (executor.givenUp) member.leftOutAt = Date.now();
		if (executor.ready && member.leftOutAt !== undefined) {
			log(`${name} works again`, 'info');
			member.leftOutAt = undefined;
		}
		if (!closed && !anyReady()) start();
		changed();
	}

	function changed(): void {
		serve();
		for (const listener of listeners) listener();
	}

	function start(): void {
		for (const { executor, leftOutAt } of members) {
			const rests = leftOutAt !== undefined && Date.now() - leftOutAt < LEFT_OUT_MS;
			if (!rests || !anyReady()) executor.start();
		}
	}

	/** Gives the held jobs to devices with room; if all have given up, to none. */
	function serve(): void {
		for (const waiting of held) {
			const member = choose(waiting.execution);
			if (!member && givenUp() === undefined) continue;
			held.delete(waiting);
			member?.jobs.add(waiting.execution);
			waiting.resolve(member);
		}
	}

	function choose(candidate: Candidate): Member | undefined {
		const [best] = members
			.filter((member) => member.executor.ready && hasRoom(member, candidate))
			.map((member) => ({
				member,
				warmth: warmth(member, candidate.job),
				load: member.jobs.size / member.executor.slots,
			}))
			.sort((a, b) => b.warmth - a.warmth || a.load - b.load);
		return best?.member;
	}

	/** Resolves once a device has room for it; undefined if it was aborted before, or all devices have given up. */
	function place(execution: Execution): Promise<Member | undefined> {
		return new Promise((resolve) => {
			if (execution.signal.aborted || closed) return resolve(undefined);
			const waiting = { execution, resolve };
			execution.signal.addEventListener('abort', () => held.delete(waiting) && resolve(undefined));
			held.add(waiting);
			serve();
		});
	}

	function left(member: Member, execution: Execution): void {
		member.jobs.delete(execution);
		// While it is not ready it has as many slots as jobs.
		if (isReady(member)) serve();
		else changed();
	}

	function givenUp(): string | undefined {
		const reasons = members.flatMap(({ executor, name }) => (executor.givenUp ? [[name, executor.givenUp]] : []));
		if (reasons.length < members.length) return undefined;
		const isOne = new Set(reasons.map(([, reason]) => reason)).size === 1;
		return isOne ? reasons[0][1] : reasons.map((each) => each.join(': ')).join(' ');
	}

	/** Of the devices that are ready; one that is about to start again has as many as it has jobs. */
	function sumOf(slots: (executor: Executor) => number, jobs: (member: Member) => number): number {
		if (!anyReady()) return members.reduce((sum, { executor }) => sum + slots(executor), 0);
		return members.reduce((sum, member) => sum + (isReady(member) ? slots(member.executor) : jobs(member)), 0);
	}

	return {
		get slots() {
			return sumOf((executor) => executor.slots, usualIn);
		},

		get shortSlots() {
			return sumOf((executor) => executor.shortSlots, shortIn);
		},

		get ready() {
			return anyReady();
		},

		get givenUp() {
			return givenUp();
		},

		onChange: (listener) => void listeners.add(listener),

		start,

		async run(execution) {
			const { id, signal } = execution;
			const progress = followed(execution);
			for (;;) {
				const member = await place(execution);
				const isOver = signal.aborted || closed;
				const end = member && !isOver ? await member.executor.run({ ...execution, tell: progress.tell }) : undefined;
				if (member) left(member, execution);
				if (isOver) return { id, type: 'cancelled' };
				if (!member || !end) return failed(id, givenUp());
				// If its device has given up, the job did not fail by itself.
				if (end.type !== 'failed' || member.executor.givenUp === undefined) return end;
				progress.interrupt();
				log('a job goes on to another device', 'info', { request: id });
			}
		},

		async models() {
			const ready = members.find(isReady);
			try {
				return await Promise.any((ready ? [ready] : members).map(({ executor }) => executor.models()));
			} catch (error) {
				throw error instanceof AggregateError ? (error.errors[0] as RunnerError) : error;
			}
		},

		devices: () => members.flatMap(({ executor }) => executor.devices()),

		async close() {
			closed = true;
			for (const { resolve } of held) resolve(undefined);
			held.clear();
			await Promise.all(members.map(({ executor }) => executor.close()));
		},
	};
}

const shortIn = ({ jobs }: Member): number => [...jobs].filter(({ isShort }) => isShort).length;

const usualIn = (member: Member): number => member.jobs.size - shortIn(member);

function hasRoom(member: Member, candidate: Candidate): boolean {
	const running = { usual: usualIn(member), short: shortIn(member) };
	return roomIn(member.executor, running)[laneOf(candidate)] > 0;
}

/** How many of a job's models are loaded there, or are being loaded for others. */
function warmth({ executor, jobs }: Member, job: Job): number {
	const loaded = executor.devices().flatMap((device) => device.loaded);
	const warm = new Set([...loaded, ...[...jobs].flatMap((other) => modelsOf(other.job))]);
	return modelsOf(job).filter((model) => warm.has(model)).length;
}

/** What tells of a job, and can say that it has to go on elsewhere, unless it waits anyway. */
function followed({ id, tell }: Execution) {
	let runs = false;
	const say = (event: ExecutionEvent) => {
		if (event.type !== 'progress') runs = event.type === 'started';
		tell(event);
	};
	return { tell: say, interrupt: () => runs && say({ id, type: 'interrupted' }) };
}

const failed = (id: string, message = 'No device works.'): JobEnd => ({
	id,
	type: 'failed',
	fault: 'internal',
	message,
});
