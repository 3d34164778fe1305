/** One bar and one time for all jobs of a request that has many. */
import type { JobsTogether } from '../../commands/lib/command.ts';
import type { Job } from '../../gpu/jobs/index.ts';
import type { MessageView } from './view.ts';

/** With this share of the work done, what it took says how long the rest will take; before that, what was expected. */
const TELLING_SHARE = 0.05;

type Part = Pick<MessageView, 'progress' | 'eta'>;

export class Overall {
	readonly #plan: JobsTogether;
	readonly #began: number;
	/** Of the expected seconds, those of jobs that are over. */
	#done = 0;

	constructor(plan: JobsTogether, now = Date.now()) {
		this.#plan = plan;
		this.#began = now;
	}

	/** How far all of it is, with a share of the job that is under way. */
	state(job?: Job, share = 0, now = Date.now()): Part {
		const { seconds: total, of } = this.#plan;
		const done = Math.min(total, this.#done + (job ? share * of(job) : 0));
		const slower = done > TELLING_SHARE * total ? (now - this.#began) / 1000 / done : 1;
		return { progress: { done, total }, eta: { endsAt: Math.round(now + 1000 * slower * (total - done)) } };
	}

	/** A state of one job as one of all of them; its own steps go unsaid. */
	within(job: Job, { progress, ...view }: MessageView): MessageView {
		const { progress: whole, eta } = this.state(job, progress ? progress.done / progress.total : 0);
		const preview = progress?.preview;
		const text = view.state === 'running' ? '' : view.text;
		return { ...view, text, eta, progress: whole && { ...whole, ...(preview && { preview }) } };
	}

	finished(job: Job): void {
		this.#done += this.#plan.of(job);
	}
}
