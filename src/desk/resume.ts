/** What is done, when the bot starts, with the requests that were open when it last stopped. */
import type { TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Log } from '../base/log.ts';
import type { MessageRef, RequestRecord } from '../store/records.ts';
import type { RequestStore } from '../store/requests.ts';
import type { Requests } from './requests.ts';
import type { DeskPlatform } from './view.ts';

/** A request under which the bot itself died that often, with nothing kept of it in between, is not begun once more. */
const MAX_CRASHES = 3;

const GIVEN_UP = `The bot died ${MAX_CRASHES} times in the middle of this, so it was given up`;
const NO_MESSAGE = 'The process that asked for this is gone.';

/**
 * Results of the last moments may not have reached their messages; in milliseconds, longer than any platform waits between
 * two edits.
 */
const UNSEEN_MS = 30_000;

/** Read before the first new request comes, which must not be taken for an old one. */
export interface LeftBehind {
	readonly open: readonly RequestRecord[];
	/** Over, and perhaps not seen by anyone. */
	readonly unseen: readonly RequestRecord[];
}

export function leftBehind(store: RequestStore): LeftBehind {
	return { open: store.open(), unseen: store.lastEnded(UNSEEN_MS) };
}

export interface ResumeDeps {
	readonly training: Pick<TrainingRunner, 'runs'>;
	readonly requests: Requests;
	readonly platforms: readonly DeskPlatform[];
	/** Settles when a platform can be used; rejects where it never can. Absent: all can. */
	readonly up?: (platform: DeskPlatform) => Promise<unknown>;
	readonly log: Log;
}

/**
 * Runs every request again whose platform takes its message up, as soon as that platform is there: those that were running
 * first, then the waiting ones in their old order; shows results again that may have been lost on the way to their messages;
 * and ends the requests that no platform takes up. Those of a platform that never comes stay for the next start.
 */
export function resume({ open, unseen }: LeftBehind, deps: ResumeDeps): void {
	const { platforms, up, requests } = deps;
	const following = platforms.filter(canFollow);
	const platformOf = ({ messageRef }: RequestRecord) => following.find(({ name }) => name === messageRef?.platform);
	for (const record of open) {
		if (!platformOf(record)) void requests.giveUp(record, NO_MESSAGE, () => {});
	}
	for (const platform of following) {
		const its = (records: readonly RequestRecord[]) => records.filter((record) => platformOf(record) === platform);
		const left = { open: its(open), unseen: its(unseen) };
		if (!up) resumeOn(platform, left, deps);
		else {
			up(platform).then(
				() => requests.isStopping || resumeOn(platform, left, deps),
				() => {},
			);
		}
	}
}

type FollowingPlatform = DeskPlatform & Required<Pick<DeskPlatform, 'follow'>>;

const canFollow = (platform: DeskPlatform): platform is FollowingPlatform => platform.follow !== undefined;

/** @param left of this platform alone */
function resumeOn(
	platform: FollowingPlatform,
	{ open, unseen }: LeftBehind,
	{ training, requests, log }: ResumeDeps,
): void {
	const follow = (record: RequestRecord, see: Parameters<FollowingPlatform['follow']>[1]) => {
		platform.follow(record.messageRef as MessageRef, see).catch((error: unknown) => {
			log.error({ request: record.id, error }, 'a message could not be taken up after the restart');
		});
	};

	for (const record of unseen) {
		follow(record, async (show) => {
			const view = await requests.lastView(record);
			if (!view) throw new Error('nothing was stored of its answer');
			show(view);
			return view;
		});
	}

	const running = open.filter(({ state }) => state === 'running');
	for (const record of [...running, ...open.filter((other) => !running.includes(other))]) {
		follow(record, async (show) => {
			if (record.training) await lookAtTraining(record, training);
			if (record.state === 'running') record.crashes = (record.crashes ?? 0) + 1;
			requests.writer.save(record);
			if ((record.crashes ?? 0) < MAX_CRASHES) return (await requests.reopen(record, show)).view;
			log.warn({ request: record.id }, 'a request was given up, under which the bot died again and again');
			return (await requests.giveUp(record, givenUpText(record), show)).view;
		});
	}
}

/** What a training has learned for good since it was last taken up was not in vain, however often the bot died meanwhile. */
async function lookAtTraining(record: RequestRecord, training: ResumeDeps['training']): Promise<void> {
	const { run, keptSteps: before } = record.training as NonNullable<RequestRecord['training']>;
	const { keptSteps = before } = (await training.runs()).find(({ id }) => id === run) ?? {};
	if (keptSteps > before) record.crashes = 0;
	record.training = { run, keptSteps };
}

function givenUpText({ training }: RequestRecord): string {
	if (!training) return `${GIVEN_UP}; ask for something else, or for less.`;
	return `${GIVEN_UP}; /mnist train --run ${training.run} goes on with what was learned.`;
}
