/** Explains why a download failed in one sentence that says what to do. */
import { isFullDisk } from '../../../gpu/jobs/index.ts';
import { reason } from '../../base/explain.ts';
import { Damaged, Dropped, rootOf } from './download.ts';

const KEPT = 'what has arrived is kept, and the same command resumes there';

/**
 * What the connection or the disk did to a file; undefined for anything else.
 *
 * @param server its address
 * @param file as people know it
 */
export function troubleOf(error: unknown, server: string, file: string): string | undefined {
	if (error instanceof Damaged) {
		return `${file} arrived damaged, with another checksum than the server's, and was deleted; run the same command again.`;
	}
	if (error instanceof Dropped) return `The connection to ${server} keeps failing (${error.message}); ${KEPT}.`;
	if (isFullDisk(error)) return `The disk is full; make room, or set DATA_DIR to another disk: ${KEPT}.`;
	const { code, syscall } = error as NodeJS.ErrnoException;
	if (code === undefined || syscall === undefined) return undefined;
	return `${file} cannot be written (${code}); make sure that this user may write into DATA_DIR: ${KEPT}.`;
}

/** Whether nobody answered at all. */
export const isNoAnswer = (error: unknown): error is Error =>
	error instanceof Error && (error.name === 'TimeoutError' || error.message === 'fetch failed');

/** Why nobody answered. */
export const whyNoAnswer = (error: Error): string => reason(rootOf(error));
