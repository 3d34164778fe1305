/** Ends requests: as done, failed, cancelled or refused, or left to the next start of the bot; and shows results again. */
import type { Reply } from '../../commands/lib/command.ts';
import { findCommand } from '../../commands/lib/find-command.ts';
import type { MessageRef, RequestRecord, StoredAnswer, User } from '../store/records.ts';
import { LostFile } from '../uploads/incoming.ts';
import { storeReply } from './answers.ts';
import type { DeskDeps } from './deps.ts';
import { badEnd } from './endings.ts';
import { imprintedReply } from './imprint/write.ts';
import type { Outcome } from './request.ts';
import type { RequestViews } from './request-views.ts';
import type { RequestWriter } from './request-writer.ts';
import { type MessageView, RESTARTING, type Show } from './view.ts';

/** After this many milliseconds people have turned to something else. */
const LONG_WAIT_MS = 2 * 60_000;

export interface RequestEndingsDeps extends Pick<DeskDeps, 'blobs' | 'commands' | 'log' | 'longWaitMs' | 'store'> {
	readonly views: RequestViews;
	readonly writer: RequestWriter;
	/** Aborted when the bot stops. */
	readonly stopping: AbortSignal;
}

export class RequestEndings {
	readonly #deps: RequestEndingsDeps;

	constructor(deps: RequestEndingsDeps) {
		this.#deps = deps;
	}

	/** Ends a request with its command's reply. */
	async done(record: RequestRecord, blank: MessageView, reply: Reply, show: Show): Promise<Outcome> {
		const { views, writer } = this.#deps;
		Object.assign(record, { state: 'done', ended: Date.now() });
		record.answer = await this.keep(record, reply);
		writer.save(record);
		await writer.committed();
		const view = { ...views.ofReply(record, reply), title: blank.title, ...this.#waited(record) };
		show(view);
		return { view, record, originals: reply.originals };
	}

	/** Ends a request of which nothing is stored. */
	refused(blank: MessageView, place: { readonly messageRef?: MessageRef }, error: unknown, show: Show): Outcome {
		const { state, text, fault } = this.#badEnd(error, blank, place);
		const view = { ...blank, state, text };
		show(view);
		return { view, record: undefined, fault };
	}

	/** Ends a request with an error. While the bot stops, it is left to the next start instead, unless its file is lost. */
	async ended(record: RequestRecord, blank: MessageView, error: unknown, show: Show): Promise<Outcome> {
		const { views, writer, stopping } = this.#deps;
		if (stopping.aborted && !(error instanceof LostFile)) {
			// This request did not cause the bot to stop, so it counts as waiting.
			record.state = 'waiting';
			writer.save(record);
			await writer.committed();
			const view: MessageView = { ...blank, personal: false, text: RESTARTING };
			show(view);
			return { view, record };
		}
		const { state, text: reason, fault } = this.#badEnd(error, blank, record);
		const kept = state === 'cancelled' && record.training;
		const lists = views.wording(record).line('mnist runs');
		const text = kept ? `${reason} What ${kept.run} learned is kept; ${lists} lists it.` : reason;
		Object.assign(record, { state, ended: Date.now(), answer: { text, figures: [], attachments: [] } });
		writer.save(record);
		await writer.committed();
		const view = { ...blank, state, text, ...this.#waited(record) };
		show(view);
		return { view, record, fault };
	}

	/**
	 * Shows a result in another way, in a new message and under a new id. The original message stays as it is for everybody, and
	 * an action on one of the two, such as Delete, does not affect the other.
	 *
	 * @param owner who wants to see it
	 */
	async showOtherwise(
		{ command, options, job, result, ...first }: RequestRecord,
		shown: Reply,
		owner: User,
		messageRef: MessageRef | undefined,
	): Promise<MessageView> {
		const { commands, store, views, writer } = this.#deps;
		const id = store.newId();
		const madeFor = first.madeFor ?? { id: first.owner.id, name: first.owner.name };
		const { options: specs } = findCommand(commands, command);
		const reply = imprintedReply({ command, options, job, result }, specs, shown);
		const answer = await this.keep({ id }, reply);
		const made = { command, options, owner, madeFor, messageRef, job, result, answer };
		const record: RequestRecord = { id, ...made, state: 'done', ended: Date.now() };
		await writer.add(record);
		return views.ofReply(record, reply);
	}

	/** A request's last view; undefined if no answer was stored. */
	async lastView(record: RequestRecord): Promise<MessageView | undefined> {
		const view = await this.#deps.views.last(record);
		return view && { ...view, ...this.#waited(record) };
	}

	/** Stores an answer; undefined if that failed. */
	async keep({ id }: Pick<RequestRecord, 'id'>, reply: Reply): Promise<StoredAnswer | undefined> {
		const { blobs, log } = this.#deps;
		return storeReply(blobs, reply).catch((error) => {
			log.error({ request: id, error }, 'an answer could not be stored');
			return undefined;
		});
	}

	/** Whether it took long from request to end, including any restarts of the bot. */
	#waited({ state, created = 0, ended = 0 }: RequestRecord): Pick<MessageView, 'waitedLong'> {
		const { longWaitMs = LONG_WAIT_MS } = this.#deps;
		// Somebody who cancels is present and sees it.
		return state !== 'cancelled' && ended - created > longWaitMs ? { waitedLong: true } : {};
	}

	#badEnd(error: unknown, { requestId: request }: MessageView, place: { readonly messageRef?: MessageRef }) {
		const { log, views } = this.#deps;
		const end = badEnd(error);
		if (end.fault === 'internal') log.error({ request, error }, 'a request failed');
		return { ...end, text: views.wording(place).hint(end.text) };
	}
}
