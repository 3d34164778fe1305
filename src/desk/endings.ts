/** What a person sees when a request did not end well, and whose fault it was. */
import { Cancelled, JobFailed } from '../../commands/lib/perform-errors.ts';
import { FULL_DISK, isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import { RunnerError } from '../../gpu/queue/runner.ts';
import { isLocked, LOCKED } from '../store/database.ts';

interface BadEnd {
	readonly state: 'failed' | 'cancelled';
	readonly text: string;
	readonly fault?: 'user' | 'internal';
}

/** "Pictures are unavailable for now: the inference process cannot start: no such device." */
export function unavailable({ message }: RunnerError): string {
	const reason = `${message[0].toLowerCase()}${message.slice(1)}`;
	return `Pictures are unavailable for now: ${reason.replace(/\.?$/, '.')}`;
}

export function badEnd(error: unknown): BadEnd {
	if (error instanceof Cancelled) return { state: 'cancelled', text: ['Cancelled.', error.message].join(' ').trim() };
	if (error instanceof UserError) return { state: 'failed', text: error.message, fault: 'user' };
	// These two count as the user's, because at the command line the person there can fix them.
	if (isFullDisk(error)) return { state: 'failed', text: FULL_DISK, fault: 'user' };
	if (isLocked(error)) return { state: 'failed', text: LOCKED, fault: 'user' };
	if (error instanceof RunnerError) return { state: 'failed', text: unavailable(error), fault: 'internal' };
	if (error instanceof JobFailed) return { state: 'failed', text: error.message, fault: 'internal' };
	const text = 'Something went wrong on our side; it is in the log. Try again.';
	return { state: 'failed', text, fault: 'internal' };
}
