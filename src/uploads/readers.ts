/** A pool of readers: what it says to people whose files were too much for one. */
import { fileURLToPath } from 'node:url';
import { UserError } from '../../gpu/jobs/index.ts';
import { HelperDied, TooLong, TooMuch } from '../base/helpers/helper-process.ts';
import { Helpers, type HelpersOptions, TooBusy } from '../base/helpers/helpers.ts';
import type { TaskName } from '../base/helpers/protocol.ts';
import type { Tasks } from './reader-protocol.ts';

export interface ReadersOptions extends Omit<HelpersOptions, 'name' | 'entry'> {
	/** Used instead of reader.ts. */
	readonly entry?: string;
}

export interface Asking {
	/** What the sender sees when the file takes more memory than a reader has, or crashes it. */
	readonly tooMuch: string;
	/** What the sender sees when a reader takes too long, as on a busy machine. Default: `tooMuch` */
	readonly tooLong?: string;
	/** Aborted when nobody is waiting for the answer any more. */
	readonly signal?: AbortSignal;
}

export const BUSY = 'Too many files are being read right now; send it again in a minute.';

const ENTRY = fileURLToPath(new URL('reader.ts', import.meta.url));

export class Readers {
	readonly #helpers: Helpers<Tasks>;

	constructor({ entry = ENTRY, ...options }: ReadersOptions) {
		this.#helpers = new Helpers({ name: 'a reader', entry, ...options });
	}

	/**
	 * @throws {UserError} when the reader refuses the file, or it takes too long or too much memory
	 * @throws the signal's reason
	 */
	async ask<T extends TaskName<Tasks>>(
		task: T,
		given: Tasks[T]['given'],
		{ tooMuch, tooLong = tooMuch, signal }: Asking,
	): Promise<Tasks[T]['answer']> {
		try {
			return await this.#helpers.ask(task, given, signal);
		} catch (error) {
			if (error instanceof TooBusy) throw new UserError(BUSY);
			if (error instanceof TooLong) throw new UserError(tooLong, { cause: error });
			if (error instanceof HelperDied || error instanceof TooMuch) throw new UserError(tooMuch, { cause: error });
			throw error;
		}
	}

	/** See Helpers.close. */
	close(): void {
		this.#helpers.close();
	}
}
