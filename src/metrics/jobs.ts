/** Metrics of jobs: how many, how they end, how long they wait and run, and how fast their networks go. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type Job, workOf } from '../../gpu/jobs/index.ts';
import type { JobEnd, JobEvent, JobRunner } from '../../gpu/queue/runner.ts';

/** From what nobody notices to what is stopped. */
const SECONDS = [0.1, 0.3, 1, 3, 10, 30, 60, 120, 300, 600, 1800];

/** From a digit on a GPU to a large picture on a CPU. */
const SECONDS_PER_EVALUATION = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

interface Watched {
	readonly job: Job;
	/** On the clock of performance.now(). */
	readonly submitted: number;
	/** Absent while it waits. */
	started?: number;
	/** It has started before. */
	isAgain?: true;
}

/** Returns the same runner, watched. */
export function measureJobs(registry: Registry, runner: JobRunner): JobRunner {
	const registers = [registry];
	const jobs = new Map<string, Watched>();
	const ended = new Counter({
		name: 'flipside_jobs_total',
		help: 'Jobs that have ended, by kind and outcome (done, cancelled, or failed through the fault of: user, internal)',
		labelNames: ['kind', 'outcome'],
		registers,
	});
	const waited = new Histogram({
		name: 'flipside_job_waiting_seconds',
		help: 'How long jobs waited in line until they started',
		labelNames: ['kind'],
		buckets: SECONDS,
		registers,
	});
	const ran = new Histogram({
		name: 'flipside_job_running_seconds',
		help: 'How long jobs ran that were done',
		labelNames: ['kind'],
		buckets: SECONDS,
		registers,
	});
	const pace = new Histogram({
		name: 'flipside_evaluation_seconds',
		help: 'Seconds per evaluation of a network: the mean of each job that used one model',
		labelNames: ['kind', 'model'],
		buckets: SECONDS_PER_EVALUATION,
		registers,
	});
	new Gauge({
		name: 'flipside_jobs',
		help: 'Jobs in the line and under way now',
		labelNames: ['state'],
		registers,
		collect() {
			const running = [...jobs.values()].filter(({ started }) => started !== undefined).length;
			this.set({ state: 'waiting' }, jobs.size - running);
			this.set({ state: 'running' }, running);
		},
	});

	function hear(event: JobEvent): void {
		const watched = jobs.get(event.id);
		if (!watched) return;
		const { job, submitted, started } = watched;
		const now = performance.now();
		if (event.type === 'started') {
			watched.started = now;
			if (!watched.isAgain) waited.observe({ kind: job.kind }, (now - submitted) / 1000);
			watched.isAgain = true;
		}
		if (event.type === 'queued') watched.started = undefined;
		if (!isEnd(event)) return;
		jobs.delete(event.id);
		ended.inc({ kind: job.kind, outcome: outcomeOf(event) });
		if (event.type === 'done' && started !== undefined) measureRun(job, (now - started) / 1000);
	}

	function measureRun(job: Job, seconds: number): void {
		ran.observe({ kind: job.kind }, seconds);
		const [{ kind, model, evaluations }, ...others] = workOf(job);
		// A time shared by several models says nothing about any one of them.
		if (evaluations > 0 && others.length === 0) pace.observe({ kind, model }, seconds / evaluations);
	}

	runner.onEvent(hear);
	return {
		async submit(job, options) {
			jobs.set(options.id, { job, submitted: performance.now() });
			try {
				await runner.submit(job, options);
			} catch (error) {
				jobs.delete(options.id);
				throw error;
			}
		},
		cancel: (id) => runner.cancel(id),
		onEvent: (listener) => runner.onEvent(listener),
		models: () => runner.models(),
		devices: () => runner.devices(),
		capacity: () => runner.capacity(),
		close: () => runner.close(),
	};
}

const isEnd = (event: JobEvent): event is JobEnd => ['done', 'failed', 'cancelled'].includes(event.type);

const outcomeOf = (end: JobEnd): string => (end.type === 'failed' ? `failed_${end.fault}` : end.type);
