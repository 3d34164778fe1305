/** What the bot remembers of the requests it took: enough to show, cancel, repeat and re-present each of them. */
import { randomBytes } from 'node:crypto';
import type { RawOptions } from '../commands/options.ts';
import type { Job, JobResult } from '../gpu/jobs.ts';

export interface User {
	/** Unique on its surface: "discord:80351110224678912". */
	readonly id: string;
	readonly name: string;
	/** Staff may cancel and delete what others asked for. */
	readonly staff: boolean;
}

export type RequestState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

/** Where the message of a request is. Plain JSON; what else its surface needs to find it again stands beside these. */
export interface Place {
	readonly surface: 'console' | 'discord' | 'slack';
	/** Unique over all surfaces: "discord:80351110224678912". Settings belong to channels. */
	readonly channel: string;
	/** The platform's own id of the message, unique in its channel. */
	readonly message: string;
	readonly [more: string]: string | number | boolean;
}

/** One request: a command with its options, and what became of it. */
export interface RequestRecord {
	readonly id: string;
	readonly command: string;
	/** As given, the seed included even when it was drawn: running them again makes the same picture. */
	readonly options: RawOptions;
	readonly owner: User;
	/** Absent on the command line, which is gone when the answer comes. */
	readonly place?: Place;
	state: RequestState;
	/** The job that the command queued, if it queued one. */
	job?: Job;
	result?: JobResult;
}

/** How many requests are remembered; the oldest finished ones are forgotten first. */
const MAX_RECORDS = 2000;

export class RequestStore {
	readonly #records = new Map<string, RequestRecord>();

	/** Ids are short, unguessable and fit every platform's button ids: 12 characters of base64url. */
	newId(): string {
		return randomBytes(9).toString('base64url');
	}

	add(record: RequestRecord): void {
		this.#records.set(record.id, record);
		if (this.#records.size <= MAX_RECORDS) return;
		for (const [id, { state }] of this.#records) {
			if (state === 'waiting' || state === 'running') continue;
			this.#records.delete(id);
			return;
		}
	}

	get(id: string): RequestRecord | undefined {
		return this.#records.get(id);
	}

	/** The request whose message stands there. */
	at({ surface, channel, message }: Pick<Place, 'surface' | 'channel' | 'message'>): RequestRecord | undefined {
		return [...this.#records.values()].find(
			({ place }) => place?.surface === surface && place.channel === channel && place.message === message,
		);
	}

	/** Keeps what has changed in a record. */
	save(record: RequestRecord): void {
		this.#records.set(record.id, record);
	}

	delete(id: string): void {
		this.#records.delete(id);
	}

	/** Waiting and running requests, the oldest first. */
	open(): RequestRecord[] {
		return [...this.#records.values()].filter(({ state }) => state === 'waiting' || state === 'running');
	}
}
