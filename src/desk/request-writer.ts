/** Writes requests down, also where the disk is full: what people wait for goes on all the same. */
import { isFullDisk } from '../../gpu/jobs/index.ts';
import type { RequestRecord } from '../store/records.ts';
import type { DeskDeps } from './deps.ts';

export class RequestWriter {
	readonly #deps: Pick<DeskDeps, 'store' | 'log'>;

	constructor(deps: Pick<DeskDeps, 'store' | 'log'>) {
		this.#deps = deps;
	}

	/** On a full disk a request is served that is forgotten with this process: it may be the one that makes room. */
	add(record: RequestRecord): void {
		try {
			this.#deps.store.add(record);
		} catch (error) {
			if (!isFullDisk(error)) throw error;
			this.#deps.log.error({ request: record.id, error }, 'a request could not be stored');
		}
	}

	/** Keeps what has changed in a record. Does not throw. */
	save(record: RequestRecord): void {
		this.attempt(() => this.#deps.store.save(record));
	}

	/** A full disk must not take a picture away from somebody who waits for it. */
	attempt(write: () => void): void {
		try {
			write();
		} catch (error) {
			this.#deps.log.error({ error }, 'the database could not be written');
		}
	}
}
