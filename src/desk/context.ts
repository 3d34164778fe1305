/** What a command is given to work with, as far as this request and its owner may. */
import type { CommandContext, QueueEntry } from '../../commands/command.ts';
import type { MessageView, Show } from '../chat/surface.ts';
import type { HouseStore } from '../store/house.ts';
import type { RequestRecord } from '../store/records.ts';
import { loadReply } from './answers.ts';
import { channelOf, type DeskParts } from './parts.ts';
import type { Performing } from './performing.ts';

/** /queue lists what was made in this time; in milliseconds. */
const RECENT_MS = 24 * 60 * 60 * 1000;

export interface ContextParts extends Pick<DeskParts, 'runner' | 'store' | 'results' | 'blobs'> {
	readonly house: HouseStore;
	readonly performing: Performing;
	/** Requests that are under way in this process. */
	readonly live: ReadonlyMap<string, RequestRecord>;
	/** A request as a person would type it. */
	readonly line: (record: RequestRecord) => string;
}

/**
 * @param blank the view of the request, to be filled with what goes on
 * @param show takes every state of it
 */
export function commandContext(
	parts: ContextParts,
	record: RequestRecord,
	blank: MessageView,
	show: Show,
): CommandContext {
	const { runner, store, results, blobs, house, performing, live, line } = parts;
	const { owner } = record;
	let heading = '';
	const isMine = (other: RequestRecord | undefined) => other?.owner.id === owner.id;
	return {
		request: record.id,
		blobs,
		results,
		house: house.in(channelOf(record)),
		models: () => runner.models(),
		tell: (text, figures = []) => {
			heading = text;
			show({ ...blank, state: 'running', text, figures });
		},
		perform: (job) => performing.perform(record, job, blank, (view) => show(under(heading, view))),
		cancel: (id) => (owner.staff || isMine(live.get(id))) && runner.cancel(id),
		queue: () =>
			[...live.values()]
				.filter(({ job }) => job)
				.map(
					(other): QueueEntry => ({
						id: other.id,
						command: other.command,
						owner: other.owner.name,
						mine: isMine(other),
						position: runner.position(other.id),
					}),
				),
		recent: () =>
			store
				.endedSince(owner.id, Date.now() - RECENT_MS)
				.filter(({ state, job }) => state === 'done' && job)
				.map((other) => ({ id: other.id, line: line(other) })),
		recall: async (id) => {
			const other = store.get(id);
			return other?.answer && isMine(other) ? loadReply(blobs, other.answer) : undefined;
		},
	};
}

/** What a command last told stays in sight while its jobs wait and run. */
const under = (heading: string, view: MessageView): MessageView =>
	heading ? { ...view, text: `${heading} ${view.text}` } : view;
