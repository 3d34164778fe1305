/** Resumes, when the bot starts, the requests that were open when it last stopped. */
import type { TrainingRunner } from '../../gpu/queue/training-runner.ts';
import type { Log } from '../base/log.ts';
import type { MessageRef, RequestRecord } from '../store/records.ts';
import type { RequestStore } from '../store/requests.ts';
import type { Requests } from './requests.ts';
import type { DeskPlatform } from './view.ts';

/** A request that was running when the bot died this often, without lasting progress in between, is not started again. */
const MAX_CRASHES = 3;

const GIVEN_UP = `The bot crashed ${MAX_CRASHES} times while working on this, so it was given up`;
const NO_MESSAGE = 'The process that asked for this is gone.';

/**
 * Results from the last moments may not have reached their messages. In milliseconds; longer than any platform waits between two
 * edits.
 */
const UNSEEN_MS = 30_000;

/** Must be read before the first new request arrives, so that it is not mistaken for an old one. */
export interface LeftBehind {
	readonly open: readonly RequestRecord[];
	/** Requests that have ended but whose result may not have been shown. */
	readonly unseen: readonly RequestRecord[];
}

export function leftBehind(store: RequestStore): LeftBehind {
	return { open: store.open(), unseen: store.lastEnded(UNSEEN_MS) };
}

export interface ResumeDeps {
	readonly training: Pick<TrainingRunner, 'runs'>;
	readonly requests: Requests;
	readonly platforms: readonly DeskPlatform[];
	/** Settles when a platform can be used; rejects if it never can. Default: all can be used */
	readonly up?: (platform: DeskPlatform) => Promise<unknown>;
	readonly log: Log;
}

/**
 * Runs again every request whose platform can resume its message, as soon as that platform is up: first those that were running,
 * then the waiting ones in their old order. Shows results again that may not have reached their messages, and ends the requests
 * that no platform can resume. Requests of a platform that never comes up are kept for the next start.
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

/** @param left the requests of this platform alone */
function resumeOn(
	platform: FollowingPlatform,
	{ open, unseen }: LeftBehind,
	{ training, requests, log }: ResumeDeps,
): void {
	const follow = (record: RequestRecord, see: Parameters<FollowingPlatform['follow']>[1]) => {
		platform.follow(record.messageRef as MessageRef, see).catch((error: unknown) => {
			log.error({ request: record.id, error }, 'a message could not be resumed after the restart');
		});
	};

	for (const record of unseen) {
		follow(record, async (show) => {
			const view = await requests.endings.lastView(record);
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
			log.warn({ request: record.id }, 'a request was given up because the bot kept crashing while working on it');
			return (await requests.giveUp(record, givenUpText(record), show)).view;
		});
	}
}

/** Forgets earlier crashes if the training has saved steps since it was last resumed, because it does make progress. */
async function lookAtTraining(record: RequestRecord, training: ResumeDeps['training']): Promise<void> {
	const { run, keptSteps: before } = record.training as NonNullable<RequestRecord['training']>;
	const { keptSteps = before } = (await training.runs()).find(({ id }) => id === run) ?? {};
	if (keptSteps > before) record.crashes = 0;
	record.training = { run, keptSteps };
}

function givenUpText({ training }: RequestRecord): string {
	if (!training) return `${GIVEN_UP}; try something else, or something smaller.`;
	return `${GIVEN_UP}; /mnist train --run ${training.run} resumes it.`;
}
