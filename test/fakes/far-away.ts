/**
 * Wraps a runner or executor as if it were across a network: calls, answers and events are delayed copies of data, which
 * arrive in order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionEvent, Executor } from '../../gpu/queue/executor.ts';
import { Listeners } from '../../gpu/queue/listeners.ts';
import type { JobEvent, JobRunner } from '../../gpu/queue/runner.ts';

/** The delay in milliseconds. It is the same for everything, because timers of equal length fire in order. */
const TRAVEL_MS = 3;

const travel = <T>(data?: T) => sleep(TRAVEL_MS, structuredClone(data) as T);

/** Calls the other side and returns its answer, or throws its error. */
async function ask<T>(over: () => Promise<T>): Promise<T> {
	await travel();
	const answer = over();
	await answer.catch(() => {});
	await travel();
	return structuredClone(await answer);
}

/** A remote runner, including its waiting line. */
export function farRunner(near: JobRunner): JobRunner {
	const listeners = new Listeners<JobEvent>(() => {});
	near.onEvent(async (event) => listeners.tell(await travel(event), event.id));
	return {
		submit: (job, options) => ask(() => near.submit(structuredClone(job), options)),
		cancel: (id) => ask(() => near.cancel(id)),
		models: () => ask(() => near.models()),
		devices: () => ask(() => near.devices()),
		capacity: () => near.capacity(),
		close: () => ask(() => near.close()),
		onEvent: (listener) => listeners.add(listener),
	};
}

/** A remote executor, whose state is known here only as last reported. */
export function farExecutor(near: Executor): Executor {
	const listeners = new Set<() => void>();
	const stateOf = ({ slots, shortSlots, ready, givenUp }: Executor) => ({ slots, shortSlots, ready, givenUp });
	let state = stateOf(near);
	near.onChange(async () => {
		state = await travel(stateOf(near));
		for (const listener of listeners) listener();
	});
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
			return state.givenUp;
		},
		onChange: (listener) => void listeners.add(listener),
		start: () => void travel().then(() => near.start()),
		async run({ id, job, isShort, signal, tell }) {
			const stop = new AbortController();
			signal.addEventListener('abort', () => void travel().then(() => stop.abort()));
			const copy = await travel(job);
			const told = (event: ExecutionEvent) => void travel(event).then(tell);
			return travel(await near.run({ id, job: copy, isShort, signal: stop.signal, tell: told }));
		},
		models: () => ask(() => near.models()),
		devices: () => structuredClone(near.devices()),
		close: () => ask(() => near.close()),
	};
}
