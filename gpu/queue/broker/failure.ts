/** What people see of a job that failed on its way to a worker, there, or on its way back. */
import { FULL_DISK, isFullDisk, UserError } from '../../jobs/index.ts';
import type { JobEnd } from '../runner.ts';
import { brokerError } from './connection.ts';

/** @param id the job's, or its placement's */
export function failureOf(id: string, error: unknown): JobEnd {
	if (error instanceof UserError) return { id, type: 'failed', fault: 'user', message: error.message };
	if (isFullDisk(error)) return { id, type: 'failed', fault: 'user', message: FULL_DISK };
	return { id, type: 'failed', fault: 'internal', message: brokerError(error)?.message ?? OURS };
}

/** @param wasHeld its result was there, but there was no room for it in time */
export function lost(id: string, wasHeld = false): JobEnd {
	if (wasHeld) return { id, type: 'failed', fault: 'user', message: FULL_DISK };
	return { id, type: 'failed', fault: 'internal', message: LOST };
}

/** The bot's operator has to know which disk is full. */
export const fullDiskOf = (machine: string) =>
	`The disk of the worker ${machine} is full; make room there, then this works again.`;

export const diedTwice = (id: string): JobEnd => ({ id, type: 'failed', fault: 'internal', message: DIED_TWICE });

/** For the log: why a job has to run elsewhere. */
export const LEFT = {
	died: 'the process that ran it died',
	stalled: 'the worker was not heard of for too long',
	back: 'the worker gave it back, or the broker has lost it',
} as const;

/** Why a job that is done has not ended. */
export const HELD =
	"The bot's disk is full; the result is kept for an hour, and comes as soon as its operator has made room.";

const LOST = 'The result got lost on its way from a worker; try again.';
const DIED_TWICE = "Workers died twice while running this job, so the job was given up; the bot's log says more.";
const OURS = 'Something went wrong between the bot and its workers; their logs have the details.';
