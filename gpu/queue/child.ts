/** Keeps one worker process alive: starts it, restarts it when it dies, and gives up if it cannot start. */
import type { ChildProcess } from 'node:child_process';
import type { FromWorker, ToWorker } from './protocol.ts';
import { type LogLine, lastWords, type Spawned, type SpawnOptions, spawnProcess } from './spawn.ts';

export interface ChildOptions extends SpawnOptions {
	/** How many milliseconds the process has to become ready. */
	readonly startTimeoutMs: number;
	/** Receives every line that the process prints, and a line for everything that happens to it. */
	readonly log: LogLine;
}

export interface ChildHandlers {
	onReady(message: Extract<FromWorker, { type: 'ready' }>): void;
	onMessage(message: Exclude<FromWorker, { type: 'ready' }>): void;
	/** A process that was ready is gone and the next one is starting. `intended`: we killed it ourselves. */
	onDeath(intended: boolean): void;
	/** It died at every start, and there is no further attempt until `start()` is called. `reason`: one sentence. */
	onGivenUp(reason: string): void;
}

export interface Child {
	/** Starts the process unless it is running or starting, or has just been given up. */
	start(): void;
	readonly ready: boolean;
	/** Why the process was given up, or undefined. */
	readonly givenUp: string | undefined;
	/** Only while ready. */
	send(message: ToWorker): void;
	/** Kills a process that no longer responds; the next one starts. */
	kill(): void;
	/** Records that the process works as it should, so that a later death counts as its first. */
	healthy(): void;
	/** Ends the process for good; resolves once it is gone. */
	close(): Promise<void>;
}

/** How many deaths in a row before `ready` it takes to give up: another attempt would only repeat them. */
const STARTS = 3;

/** The first restart is immediate; then the pause doubles from this up to the longest. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** How long a given-up process stays given up: long enough not to spin, short enough to follow a repair. */
const GIVEN_UP_MS = 30_000;

export function createChild(options: ChildOptions, handlers: ChildHandlers): Child {
	const { log } = options;
	let current: ChildProcess | undefined;
	let ready = false;
	let intended = false;
	let closed = false;
	let deaths = 0;
	let failedStarts = 0;
	let pause: NodeJS.Timeout | undefined;
	let givenUp: { reason: string; at: number } | undefined;

	function launch(): void {
		pause = undefined;
		intended = false;
		const spawned = spawn();
		if (!spawned) return;
		const { child, lines } = spawned;
		current = child;
		log(`the inference process started (pid ${child.pid})`, 'info');
		const startTimer = setTimeout(() => {
			lines.push(`not ready within ${options.startTimeoutMs / 1000} s`);
			child.kill('SIGKILL');
		}, options.startTimeoutMs);
		child.on('message', (message) => {
			if (child !== current || closed) return;
			const said = message as FromWorker;
			if (said.type !== 'ready') return handlers.onMessage(said);
			clearTimeout(startTimer);
			ready = true;
			failedStarts = 0;
			handlers.onReady(said);
		});
		child.on('error', (error) => lines.push(error.message));
		// 'close', not 'exit': by then all of its output has been read.
		child.on('close', (code, signal) => {
			clearTimeout(startTimer);
			current = undefined;
			if (!closed) died(signal ?? `exit status ${code}`, lines);
		});
	}

	/** Without memory or processes to spare, the system refuses at once. */
	function spawn(): Spawned | undefined {
		try {
			return spawnProcess(options, log);
		} catch (error) {
			const { message } = error as Error;
			died(message, [message]);
			return undefined;
		}
	}

	function died(how: string, lines: readonly string[]): void {
		const wasReady = ready;
		ready = false;
		log(`the inference process ended (${how})`, 'warn');
		if (!intended) deaths++;
		if (!wasReady && ++failedStarts >= STARTS) {
			failedStarts = 0;
			const reason = `The inference process cannot start: ${lastWords(lines) ?? how}`;
			givenUp = { reason, at: Date.now() };
			log(`gave up after ${STARTS} starts: ${reason}`, 'warn');
			handlers.onGivenUp(reason);
			return;
		}
		const wait = deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (deaths - 2));
		pause = setTimeout(launch, wait);
		if (wasReady) handlers.onDeath(intended);
	}

	return {
		get ready() {
			return ready;
		},
		get givenUp() {
			return givenUp && Date.now() - givenUp.at < GIVEN_UP_MS ? givenUp.reason : undefined;
		},
		start() {
			if (closed || current || pause || this.givenUp) return;
			givenUp = undefined;
			launch();
		},
		send(message) {
			if (!ready || !current) throw new Error('Child.send: the process is not ready');
			current.send(message, (error) => {
				if (error) log(`could not reach the inference process: ${error.message}`, 'warn');
			});
		},
		kill() {
			intended = true;
			current?.kill('SIGKILL');
		},
		healthy() {
			deaths = 0;
		},
		async close() {
			closed = true;
			ready = false;
			clearTimeout(pause);
			const child = current;
			if (!child) return;
			const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
			child.kill('SIGKILL'); // it holds nothing that a gentler end would save
			await gone;
		},
	};
}
