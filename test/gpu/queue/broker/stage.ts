/** Suites in which bots and workers meet on a real broker, each test in a queue and a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { BrokerExecutor, BrokerExecutorOptions } from '../../../../gpu/queue/broker/broker-executor.ts';
import { type Keys, keysOf } from '../../../../gpu/queue/broker/keys.ts';
import type { RemoteWorker } from '../../../../gpu/queue/broker/remote-worker.ts';
import type { ExecutionEvent, Executor } from '../../../../gpu/queue/executor.ts';
import { fakeJob } from '../recorder.ts';
import { type Ends, startExecutor, startWorker, storeIn, uniqueQueue, type WorkerSetup } from './harness.ts';
import { type Broker, describeOnBroker } from './on-a-broker.ts';

interface Part {
	close(): Promise<void>;
}

export class Stage implements Ends {
	queue = '';
	folder = '';
	readonly #broker: Broker;
	/** They are closed first. */
	#bots: Part[] = [];
	#workers: Part[] = [];

	constructor(broker: Broker) {
		this.#broker = broker;
	}

	get server() {
		return this.#broker.server;
	}

	get redis() {
		return this.#broker.redis;
	}

	get url(): string {
		return this.server.url;
	}

	get keys(): Keys {
		return keysOf(this.queue);
	}

	/** The blobs of the bot. */
	get blobs() {
		return storeIn(join(this.folder, 'bot'));
	}

	async begin(): Promise<void> {
		this.queue = uniqueQueue();
		this.folder = await mkdtemp(join(tmpdir(), 'flipside-broker-'));
	}

	/** Closes whatever was opened. */
	async end(): Promise<void> {
		for (const part of [...this.#bots.splice(0).reverse(), ...this.#workers.splice(0)]) await part.close();
		await rm(this.folder, { recursive: true, force: true });
	}

	/** Closes it before the workers. */
	addBot<T extends Part>(bot: T): T {
		this.#bots.push(bot);
		return bot;
	}

	addWorker<T extends Part>(worker: T): T {
		this.#workers.push(worker);
		return worker;
	}

	worker(setup?: WorkerSetup): RemoteWorker {
		return this.addWorker(startWorker(this, setup));
	}

	bot(options?: Partial<BrokerExecutorOptions>): BrokerExecutor {
		const executor = this.addBot(startExecutor(this, { patienceMs: 300, ...options }));
		executor.start();
		return executor;
	}
}

/** @param suite receives a stage that is set before each of its tests, and cleared after it */
export function describeOnStage(title: string, suite: (stage: Stage) => void): void {
	describeOnBroker(title, (broker) => {
		const stage = new Stage(broker);
		beforeEach(() => stage.begin());
		afterEach(() => stage.end());
		suite(stage);
	});
}

/** Hands a job for test/fakes/worker.ts to an executor. */
export function run(executor: Executor, id: string, prompt: string, { seed = 1, stop = new AbortController() } = {}) {
	const events: ExecutionEvent[] = [];
	const tell = (event: ExecutionEvent) => void events.push(event);
	const end = executor.run({ id, job: fakeJob(prompt, seed), signal: stop.signal, tell });
	const steps = () => events.filter(({ type }) => type === 'progress').length;
	return { end, events, stop, steps };
}
