/** What a person reads when a request did not end well, and whose mistake it was. */
import { Cancelled, JobFailed } from '../../commands/lib/perform-errors.ts';
import { FULL_DISK, isFullDisk, UserError } from '../../gpu/jobs/index.ts';
import { RunnerError } from '../../gpu/queue/runner.ts';

interface BadEnd {
	readonly state: 'failed' | 'cancelled';
	readonly text: string;
	readonly fault?: 'user' | 'internal';
}

export function badEnd(error: unknown): BadEnd {
	if (error instanceof Cancelled) return { state: 'cancelled', text: 'Cancelled.' };
	if (error instanceof UserError) return { state: 'failed', text: error.message, fault: 'user' };
	// At the command line it is for whoever sits there to mend.
	if (isFullDisk(error)) return { state: 'failed', text: FULL_DISK, fault: 'user' };
	if (error instanceof JobFailed || error instanceof RunnerError) {
		return { state: 'failed', text: error.message, fault: 'internal' };
	}
	const text = 'Something went wrong on our side; it is in the log. Try again.';
	return { state: 'failed', text, fault: 'internal' };
}
