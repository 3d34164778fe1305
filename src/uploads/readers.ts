/** A pool of readers, each started when it is needed and kept for a while. */
import PQueue from 'p-queue';
import { UserError } from '../../gpu/jobs/index.ts';
import { ReaderDied, type ReaderLimits, ReaderProcess, TooLong, TooMuch } from './reader-process.ts';
import type { TaskName, Tasks } from './reader-protocol.ts';

export interface ReadersOptions extends ReaderLimits {
	/** How many processes may run at the same time. */
	readonly processes: number;
	/** How many questions one process works on at the same time. */
	readonly questionsEach: number;
	/** How many questions may wait their turn; further ones are refused. */
	readonly maxWaiting: number;
}

export interface Asking {
	/** What the sender sees when the file takes more memory than a reader has, or crashes it. */
	readonly tooMuch: string;
	/** What the sender sees when a reader takes too long, as on a busy machine. Default: `tooMuch` */
	readonly tooLong?: string;
	/** Aborted when nobody is waiting for the answer any more. */
	readonly signal?: AbortSignal;
}

/** A file that a reader died on is given to another: the cause may be different, such as a machine short of memory. */
const ATTEMPTS = 2;

export const BUSY = 'Too many files are being read right now; send it again in a minute.';

export class Readers {
	readonly #options: ReadersOptions;
	readonly #turns: PQueue;
	readonly #processes = new Set<ReaderProcess>();

	constructor(options: ReadersOptions) {
		this.#options = options;
		this.#turns = new PQueue({ concurrency: options.processes * options.questionsEach });
	}

	/**
	 * @throws {UserError} when the reader refuses the file, or it takes too long or too much memory
	 * @throws the signal's reason
	 */
	async ask<T extends TaskName>(
		task: T,
		given: Tasks[T]['given'],
		{ signal, ...refusals }: Asking,
	): Promise<Tasks[T]['answer']> {
		if (this.#turns.size >= this.#options.maxWaiting) throw new UserError(BUSY);
		return this.#turns.add(
			async () => {
				const said = await this.#insist(task, given, refusals, signal);
				if ('refusal' in said) throw new UserError(said.refusal);
				if ('failure' in said) throw new Error(`a reader failed at ${task}: ${said.failure}`);
				return said.answer as Tasks[T]['answer'];
			},
			{ signal },
		);
	}

	/** Kills the processes; their open questions are not answered. */
	close(): void {
		for (const reader of [...this.#processes]) reader.close();
	}

	async #insist(
		task: TaskName,
		given: unknown,
		{ tooMuch, tooLong = tooMuch }: Omit<Asking, 'signal'>,
		signal?: AbortSignal,
	) {
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.#free().ask(task, given, signal);
			} catch (error) {
				if (error instanceof ReaderDied && attempt < ATTEMPTS) continue;
				if (error instanceof TooLong) throw new UserError(tooLong, { cause: error });
				if (error instanceof ReaderDied || error instanceof TooMuch) throw new UserError(tooMuch, { cause: error });
				throw error;
			}
		}
	}

	/** A reader with room for one more question. There is one, or one can be started, for each turn of the queue. */
	#free(): ReaderProcess {
		const { processes, questionsEach } = this.#options;
		const free = [...this.#processes].find(({ load }) => load < questionsEach);
		if (free) return free;
		if (this.#processes.size >= processes) throw new Error('Readers: more turns than readers');
		const started = new ReaderProcess(this.#options, () => this.#processes.delete(started));
		this.#processes.add(started);
		return started;
	}
}
