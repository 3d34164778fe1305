/** Everything that is measured, in one registry. Watches from outside: no other part of the bot knows of it. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { JobRunner } from '../../gpu/queue/runner.ts';
import type { Log } from '../base/log.ts';
import { measureChildren } from './children.ts';
import { measureBatches, measureDevices } from './devices.ts';
import { measureJobs } from './jobs.ts';
import { measureRequests, type RequestEnded } from './requests.ts';
import { type MetricsAddress, type MetricsServer, serve } from './serve.ts';

/** The beginning of every metric's name. */
const PREFIX = 'flipside_';

export interface Metrics {
	/** The same runner, watched. */
	watch(runner: JobRunner): JobRunner;
	readonly requestEnded: RequestEnded;
	/** Opens the address that they are read at. @throws {ConfigError} when it cannot be used */
	serve(log: Log): Promise<void>;
	stop(): Promise<void>;
}

export function createMetrics(address: MetricsAddress): Metrics {
	let server: MetricsServer | undefined;
	const registry = new Registry();
	// Of this process: memory, time on the CPU, garbage collection, and how long the event loop stalls.
	collectDefaultMetrics({ register: registry, prefix: PREFIX });
	measureChildren(registry);
	return {
		watch(runner) {
			measureDevices(registry, runner);
			measureBatches(registry, runner);
			return measureJobs(registry, runner);
		},
		requestEnded: measureRequests(registry),
		async serve(log) {
			server = await serve(registry, address, log);
			log.info({}, `the metrics are at http://${address.host}:${server.port}/metrics`);
		},
		stop: async () => server?.close(),
	};
}
