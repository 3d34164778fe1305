/** Records a runner's events and lets tests wait for them. */
import type { JobOf } from '../../../gpu/jobs/index.ts';
import type { JobEnd, JobEvent, JobRunner } from '../../../gpu/queue/runner.ts';

export interface Recorder {
	/** All events so far. */
	readonly all: readonly JobEvent[];
	/** All events of a job so far. */
	of(id: string): readonly JobEvent[];
	/** The positions reported for a job. */
	positions(id: string): readonly number[];
	/** The next event of that type that was not yet waited for, past or future. */
	next<T extends JobEvent['type']>(id: string, type: T): Promise<Extract<JobEvent, { type: T }>>;
	/** The next end of the job, past or future. */
	end(id: string): Promise<JobEnd>;
}

const ENDS: readonly JobEvent['type'][] = ['done', 'failed', 'cancelled'];

export function record(runner: JobRunner): Recorder {
	const all: JobEvent[] = [];
	const taken = new Set<JobEvent>();
	const wakers = new Set<() => void>();
	runner.onEvent((event) => {
		all.push(event);
		for (const wake of wakers) wake();
	});

	async function next(id: string, types: readonly JobEvent['type'][]): Promise<JobEvent> {
		for (;;) {
			const found = all.find((event) => event.id === id && types.includes(event.type) && !taken.has(event));
			if (found) {
				taken.add(found);
				return found;
			}
			await new Promise<void>((resolve) => {
				const wake = () => {
					wakers.delete(wake);
					resolve();
				};
				wakers.add(wake);
			});
		}
	}

	return {
		all,
		of: (id) => all.filter((event) => event.id === id),
		positions: (id) => all.flatMap((event) => (event.id === id && event.type === 'queued' ? [event.position] : [])),
		next: (id, type) => next(id, [type]) as Promise<never>,
		end: (id) => next(id, ENDS) as Promise<never>,
	};
}

/** A job for test/fakes/worker.ts. */
export function fakeJob(prompt: string, seed = 1): JobOf<'generate'> {
	const sampling = { model: 'fake', seed, guidanceScale: 4, negativePrompt: '', sampler: 'ddpm' } as const;
	return { kind: 'generate', ...sampling, prompt, count: 1 };
}

/** The ids of the processes that a local runner has started, from its log. */
export function workerPids(log: readonly string[]): number[] {
	return log.flatMap((line) => {
		const started = /^the inference process started \(pid (\d+)\)$/.exec(line);
		return started ? [Number(started[1])] : [];
	});
}
