/** A few readers, which share what is to be read: each is started when it is needed, and stays for a while. */
import PQueue from 'p-queue';
import { UserError } from '../../gpu/jobs/index.ts';
import { ReaderDied, type ReaderLimits, ReaderProcess, TooLong, TooMuch } from './reader-process.ts';
import type { TaskName, Tasks } from './reader-protocol.ts';

export interface ReadersOptions extends ReaderLimits {
	/** At the same time. */
	readonly processes: number;
	/** Questions that one of them works on at the same time. */
	readonly questionsEach: number;
	/** Questions that may wait for their turn; further ones are refused. */
	readonly maxWaiting: number;
}

export interface Asking {
	/** What whoever sent it reads when it takes more memory than a reader has, or kills it. */
	readonly tooMuch: string;
	/** What they read when it takes longer than a reader may, as on a machine that is busy. Default: `tooMuch`. */
	readonly tooLong?: string;
	/** Aborted when nobody waits for the answer any more. */
	readonly signal?: AbortSignal;
}

/** A file over which a reader dies is given to another one, as it may have died for other reasons: the machine was short of memory. */
const ATTEMPTS = 2;

export const BUSY =
	'So many files are being read at present that there is no place for one more; send it again in a minute.';

export class Readers {
	readonly #options: ReadersOptions;
	readonly #turns: PQueue;
	readonly #processes = new Set<ReaderProcess>();

	constructor(options: ReadersOptions) {
		this.#options = options;
		this.#turns = new PQueue({ concurrency: options.processes * options.questionsEach });
	}

	/**
	 * @throws {UserError} for what is not as it should be, and what takes too much
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

	/** Ends the processes; what they were asked is not answered. */
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

	/** One that has room; there is, or may be, one for each turn. */
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
