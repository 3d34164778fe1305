/** How many requests of a person a channel has worked on in a day, where its staff have set a limit. */
import { describeDuration } from '../../commands/lib/duration.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { DAY_MS } from '../base/every-day.ts';
import { DailyStore } from '../store/daily.ts';
import type { Database } from '../store/database.ts';
import type { ModerationStore } from '../store/moderation.ts';
import type { RequestRecord, User } from '../store/records.ts';
import { channelOf } from './request.ts';

export class DailyLimit {
	readonly #moderation: ModerationStore;
	readonly #store: DailyStore;

	constructor(database: Database, moderation: ModerationStore) {
		this.#moderation = moderation;
		this.#store = new DailyStore(database);
	}

	/** @throws {UserError} when this person has had as many as they may */
	check({ id, staff }: User, channel: string): void {
		const { daily } = this.#moderation.settings(channel);
		if (staff || daily === undefined) return;
		const began = this.#store.of(id, channel);
		if (began.length < daily) return;
		const seconds = Math.max(60, (began[began.length - daily] + DAY_MS - Date.now()) / 1000);
		throw new UserError(
			`You have had ${count(began.length)} in this channel in the last 24 hours, and a person may have ${daily}; the next can come in ${describeDuration(seconds)}. Staff can change that with /settings.`,
		);
	}

	/** As `check`, for a request whose first job is about to be queued; one that was counted already, before a restart, may go on. */
	checkRequest(record: RequestRecord): void {
		if (!this.#store.has(record.id)) this.check(record.owner, channelOf(record));
	}

	/** Once, however often it is told. */
	count(record: RequestRecord): void {
		this.#store.add(record.id, record.owner.id, channelOf(record));
	}
}

const count = (n: number) => (n === 1 ? 'one request' : `${n} requests`);
