/** A pool of helpers, each started when it is needed and kept for a while. */
import PQueue from 'p-queue';
import { UserError } from '../../../gpu/jobs/index.ts';
import { HelperDied, type HelperOptions, HelperProcess } from './helper-process.ts';
import type { TaskName, TaskTypes } from './protocol.ts';

export interface HelpersOptions extends HelperOptions {
	/** How many processes may run at the same time. */
	readonly processes: number;
	/** How many questions one process works on at the same time. */
	readonly questionsEach: number;
	/** How many questions may wait their turn; further ones are refused. Default: any number */
	readonly maxWaiting?: number;
}

/** What a helper died on is given to another: the cause may be different, such as a machine short of memory. */
const ATTEMPTS = 2;

/** Too many questions are waiting. */
export class TooBusy extends Error {}

export class Helpers<T extends TaskTypes<T>> {
	readonly #options: HelpersOptions;
	readonly #turns: PQueue;
	readonly #processes = new Set<HelperProcess>();
	#closed = false;

	constructor(options: HelpersOptions) {
		this.#options = options;
		this.#turns = new PQueue({ concurrency: options.processes * options.questionsEach });
	}

	/**
	 * @param signal aborted when nobody is waiting for the answer any more
	 * @throws {UserError} when the task refuses what it was given
	 * @throws {TooBusy | TooLong | TooMuch | HelperDied}
	 * @throws the signal's reason
	 */
	async ask<K extends TaskName<T>>(task: K, given: T[K]['given'], signal?: AbortSignal): Promise<T[K]['answer']> {
		const { maxWaiting = Number.POSITIVE_INFINITY, name } = this.#options;
		if (this.#turns.size >= maxWaiting) throw new TooBusy(`too many questions wait for ${name}`);
		return this.#turns.add(
			async () => {
				const said = await this.#insist(task, given, signal);
				if ('refusal' in said) throw new UserError(said.refusal);
				if ('failure' in said) throw new Error(`${name} failed at ${task}: ${said.failure}`);
				return said.answer;
			},
			{ signal },
		);
	}

	/** Kills the processes and starts no others; open questions are not answered. */
	close(): void {
		this.#closed = true;
		for (const helper of [...this.#processes]) helper.close();
	}

	async #insist(task: string, given: unknown, signal?: AbortSignal) {
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#free().ask(task, given, signal);
			} catch (error) {
				if (!(error instanceof HelperDied) || attempt === ATTEMPTS) throw error;
			}
		}
	}

	/** A helper with room for one more question. There is one, or one can be started, for each turn of the queue. */
	#free(): HelperProcess {
		const { processes, questionsEach } = this.#options;
		const free = [...this.#processes].find(({ load }) => load < questionsEach);
		if (free) return free;
		if (this.#closed) throw new Error('closed');
		if (this.#processes.size >= processes) throw new Error('Helpers: more turns than processes');
		const started = new HelperProcess(this.#options, () => this.#processes.delete(started));
		this.#processes.add(started);
		return started;
	}
}
