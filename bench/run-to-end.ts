/** Runs one job and waits for it. */
import type { Job } from '../gpu/jobs/index.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';

/** Resolves when the job is done; rejects if it failed or was cancelled. */
export async function runToEnd(runner: JobRunner, job: Job, owner: string): Promise<void> {
	const id = crypto.randomUUID();
	const ended = new Promise<void>((resolve, reject) => {
		const stop = runner.onEvent((event) => {
			if (event.id !== id || !['done', 'failed', 'cancelled'].includes(event.type)) return;
			stop();
			if (event.type === 'done') resolve();
			else reject(new Error(event.type === 'failed' ? event.message : event.type));
		});
	});
	await runner.submit(job, { id, owner });
	await ended;
}
