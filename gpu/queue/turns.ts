/**
 * Owners take turns: if ann1 ann2 ann3 bob1 cat1 are submitted in this order, they start in the order ann1 bob1 cat1 ann2 ann3,
 * even if ann1 started before the others arrived.
 *
 * Source: start-time fair queueing (Goyal, Vin & Cheng 1996) with jobs of equal length. Every waiting job belongs to a
 * round, an owner has at most one job in each round, and nobody joins a round that has ended. A job may also have to wait
 * until fewer of its owner's jobs are running; the others go ahead meanwhile.
 */
import { mayStart, startingOrder, type Waiter } from './starting-order.ts';

export class Turns<Job extends Waiter> {
	/** In order of arrival. */
	#waiting: Job[] = [];
	/** The round of the job that started last. */
	#round = 0;
	/** The first round that is still open to an owner; owners without an entry may join the current one. */
	readonly #openRound = new Map<string, number>();
	/** Owners of the running jobs, in the order in which these started. */
	readonly #running: string[] = [];

	/** How many jobs are running. */
	get running(): number {
		return this.#running.length;
	}

	/** How many jobs may start now, whatever slots there are; `enough` if there are more. */
	ready(enough: number): number {
		let ready = 0;
		for (let i = 0; ready < enough && i < this.#waiting.length; i++) {
			if (this.#mayStart(this.#waiting[i])) ready++;
		}
		return ready;
	}

	get waiting(): readonly Job[] {
		return this.#waiting;
	}

	/** One that is back goes ahead of all that are not. */
	join(job: Job): void {
		const fresh = job.isBack ? this.#waiting.findIndex(({ isBack }) => !isBack) : -1;
		this.#waiting.splice(fresh === -1 ? this.#waiting.length : fresh, 0, job);
	}

	/** Takes out the job whose turn it is; it counts as running from now on. */
	start(): Job | undefined {
		const next = this.#inOrder().find(({ job }) => this.#mayStart(job));
		if (!next) return undefined;
		this.#round = next.round;
		if (!next.job.isBack) this.#openRound.set(next.job.owner, next.round + 1);
		for (const [owner, round] of this.#openRound) if (round <= this.#round) this.#openRound.delete(owner);
		this.leave(next.job.id);
		this.#running.push(next.job.owner);
		return next.job;
	}

	/** Records that a started job has ended. */
	ended(owner: string): void {
		const index = this.#running.indexOf(owner);
		if (index !== -1) this.#running.splice(index, 1);
	}

	leave(id: string): void {
		this.#waiting = this.#waiting.filter((job) => job.id !== id);
	}

	/**
	 * Ids of the waiting jobs in the order in which they will start, if no others come and the running jobs end in the order in
	 * which they started.
	 *
	 * @param slots how many jobs run at the same time
	 */
	order(slots: number): string[] {
		const waiting = this.#inOrder().map(({ job }) => job);
		return startingOrder(waiting, this.#running, slots).map(({ id }) => id);
	}

	/** Ids of the waiting jobs that no later job can get ahead of: it is their owners' turn in the current round. */
	settled(): string[] {
		return this.#inOrder()
			.filter(({ job, round }) => round <= this.#round && mayStart(job, this.#running))
			.map(({ job }) => job.id);
	}

	#mayStart(job: Job): boolean {
		return mayStart(job, this.#running) && (job.fits?.() ?? true);
	}

	#inOrder(): { job: Job; round: number }[] {
		const openRound = new Map(this.#openRound);
		const rounds = this.#waiting.map((job) => {
			if (job.isStuck?.()) return { job, round: Number.POSITIVE_INFINITY };
			if (job.isBack) return { job, round: this.#round };
			const round = openRound.get(job.owner) ?? this.#round;
			openRound.set(job.owner, round + 1);
			return { job, round };
		});
		return rounds.sort((a, b) => a.round - b.round); // stable: within a round, first come first served
	}
}
