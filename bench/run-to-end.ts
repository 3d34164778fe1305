/** One job through a runner. */
import type { Job } from '../gpu/jobs/index.ts';
import type { JobRunner } from '../gpu/queue/runner.ts';

/** Resolves when it is done, and rejects when it ended otherwise. */
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
