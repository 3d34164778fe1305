/** What people see of a job that failed on its way to a worker or back. */
import { FULL_DISK, isFullDisk, UserError } from '../../jobs/index.ts';
import type { JobEnd } from '../runner.ts';
import { brokerError } from './connection.ts';

/** @param id the job's, or its placement's */
export function failureOf(id: string, error: unknown): JobEnd {
	if (error instanceof UserError) return { id, type: 'failed', fault: 'user', message: error.message };
	if (isFullDisk(error)) return { id, type: 'failed', fault: 'user', message: FULL_DISK };
	return { id, type: 'failed', fault: 'internal', message: brokerError(error)?.message ?? OURS };
}

const OURS = 'Something went wrong between the bot and its workers; their logs have the details.';
