/** Limits how many of one person's requests a channel works on in 24 hours, if its staff have set a limit. */
import { counted } from '../../commands/lib/counted.ts';
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

	/** @throws {UserError} when this person has reached the limit */
	check({ id, staff }: User, channel: string): void {
		const { daily } = this.#moderation.settings(channel);
		if (staff || daily === undefined) return;
		const began = this.#store.of(id, channel);
		if (began.length < daily) return;
		const seconds = (began[began.length - daily] + DAY_MS - Date.now()) / 1000;
		throw new UserError(
			`You have made ${counted(began.length, 'request')} in this channel in the last 24 hours, and the limit is ${daily}; you can make the next one in ${describeDuration(roundedUp(seconds))}. Staff can change the limit with /settings.`,
		);
	}

	/** Like `check`, for a request that is about to queue a job. One that was already counted, before a restart, may continue. */
	checkRequest(record: RequestRecord): void {
		if (!this.#store.has(record.id)) this.check(record.owner, channelOf(record));
	}

	/** Counts a request, only once however often it is called. */
	count(record: RequestRecord): void {
		this.#store.add(record.id, record.owner.id, channelOf(record));
	}
}

/** Whole minutes or hours, in seconds, so that nobody is refused again after waiting as long as they were told. */
function roundedUp(seconds: number): number {
	const unit = seconds < 90 * 60 ? 60 : 60 * 60;
	return Math.ceil(seconds / unit) * unit;
}
