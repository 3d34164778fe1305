/**
 * Trainings on remote workers: hands each to one of them, and takes whatever its process says and writes into the run's folder
 * here, until it ends or its worker is not heard of any more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { deviceNamed } from '../../device.ts';
import type { TrainingPlan } from '../../jobs/index.ts';
import { assertRightOn } from '../../models/digits/providers.ts';
import { networkOf } from '../../training/networks.ts';
import { checkpointsOf } from '../../training/run-files.ts';
import { runFolder } from '../../training/runs.ts';
import type { LogLine } from '../spawn.ts';
import {
	CLOSE_GRACE_MS,
	type ProcessEnd,
	type TrainingHost,
	type TrainingListener,
	type TrainingProcess,
} from '../training-host.ts';
import { lockRun } from '../training-locks.ts';
import { type Attempt, obstruct, tell } from './attempt.ts';
import { Bell } from './bell.ts';
import type { Dock } from './cargo.ts';
import { brokerError, explained } from './connection.ts';
import { Inbox } from './inbox.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { newPlacement } from './placement.ts';
import type { Order } from './protocol.ts';
import { parseJson } from './reading.ts';
import type { Roster } from './roster.ts';
import type { Outcome, Site } from './site.ts';
import { sendFiles, unload } from './training-cargo.ts';
import { type LastTraining, lastTraining, type RunCargo, TRAINING, trainingEnd } from './training-messages.ts';

export interface RemoteTrainingsOptions {
	readonly link: Link;
	readonly keys: Pick<Keys, 'orders' | 'training' | 'lastTraining'>;
	readonly roster: Roster;
	readonly dock: Dock;
	readonly log: LogLine;
	/** Whether anything can be handed out. */
	readonly isOpen: () => boolean;
	/** One sentence for those who wait: why nothing has worked for a while, and that what they wait for then happens. */
	readonly standstill: (what: string) => string | undefined;
}

/** How often it looks what a worker still writes for the bot before, in milliseconds. */
const LOOK_MS = 100;

export class RemoteTrainings implements TrainingHost {
	readonly #options: RemoteTrainingsOptions;
	/** With what resolves when each is over. */
	readonly #attempts = new Map<Attempt, Promise<void>>();

	constructor(options: RemoteTrainingsOptions) {
		this.#options = options;
	}

	assertTrainable(plan: TrainingPlan): void {
		const site = this.#siteFor(plan);
		if (site) assertRight(site, plan);
	}

	hasTrained({ where }: { readonly where?: string }): boolean {
		const [site] = this.#sites();
		return site !== undefined && where === site.trainsWhere;
	}

	/** What else the worker is doing is not known here. */
	share = async () => 1;

	start(run: Attempt['run'], listener: TrainingListener): TrainingProcess {
		const stop = new AbortController();
		const attempt: Attempt = { run, ...listener, bell: new Bell(), killed: stop.signal };
		const failed = ({ message }: Error): ProcessEnd => ({ how: message });
		const over = this.#lock(attempt)
			.catch(failed)
			.then((end) => {
				this.#attempts.delete(attempt);
				listener.ended(end);
			});
		this.#attempts.set(attempt, over);
		return {
			tell: (message) => {
				tell(attempt, message);
				// Nobody hears it, and the next bot continues from what is here.
				if (message.type === 'pause' && !this.#options.link.isUp) stop.abort();
			},
			kill: () => stop.abort(),
		};
	}

	/** Looks what has become of them: something may have changed. */
	ring(): void {
		for (const { bell } of this.#attempts.keys()) bell.ring();
	}

	/** Lets them save what they have, and resolves once they are over or have had the time for it. */
	async close(): Promise<void> {
		for (const attempt of this.#attempts.keys()) tell(attempt, { type: 'pause' });
		const all = Promise.all(this.#attempts.values());
		await Promise.race([all, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
	}

	/** Keeps others from the run until it is over, even if the broker never answers. */
	async #lock(attempt: Attempt): Promise<ProcessEnd> {
		const { killed, bell, run } = attempt;
		const unlock = await lockRun(this.#options.dock.dataDir, run.id, killed);
		try {
			const end = new Promise<ProcessEnd>((resolve) => {
				const kill = () => {
					resolve({ how: 'killed' });
					bell.ring();
				};
				if (killed.aborted) kill();
				else killed.addEventListener('abort', kill);
			});
			return await Promise.race([this.#train(attempt), end]);
		} finally {
			unlock?.();
		}
	}

	async #train(attempt: Attempt): Promise<ProcessEnd> {
		for (;;) {
			try {
				const site = await this.#placeFor(attempt);
				if (!site) return { how: 'told to end before it began' };
				await this.#inherit(attempt);
				const end = await this.#trainAt(site, attempt);
				if (end) return end;
			} catch (error) {
				const { message } = explained(error);
				if (!brokerError(error)) return { how: message, words: message };
				// It was not handed out.
				this.#options.link.complain(error);
				obstruct(attempt, message);
				await attempt.bell.heard();
			}
		}
	}

	/** Waits for a worker. @returns undefined if the training has to end before there is one */
	async #placeFor(attempt: Attempt): Promise<Site | undefined> {
		const { isOpen, standstill } = this.#options;
		while (!attempt.order && !attempt.killed.aborted) {
			const site = isOpen() ? this.#siteFor(attempt.run.plan) : undefined;
			if (site) return site;
			obstruct(attempt, standstill('the training continues'));
			await attempt.bell.heard();
		}
		return undefined;
	}

	/** @returns undefined if that worker never took it */
	async #trainAt(site: Site, attempt: Attempt): Promise<ProcessEnd | undefined> {
		const { link, keys, dock, log } = this.#options;
		const { id, plan } = attempt.run;
		const placement = newPlacement(id);
		const folder = runFolder(dock.dataDir, id);
		let files: readonly RunCargo[] = [];
		const last: LastTraining = { run: id, placement, machine: site.machine, where: site.trainsWhere };
		const inbox = this.#inboxOf(last, attempt, attempt.hear);
		site.given.training++;
		try {
			files = await sendFiles(folder, await checkpointsOf(folder), dock.between);
			await link.redis.set(keys.lastTraining, JSON.stringify(last));
			await site.give(TRAINING, placement, { run: id, plan, files: [...files] });
			log(`the training ${id} was given to ${site.id}`, 'info');
			const { obstacle: replaces } = attempt;
			if (replaces) attempt.hear({ type: 'warning', message: `The training continues on ${site.machine}.`, replaces });
			attempt.obstacle = undefined;
			for (;;) {
				const end = await this.#look(site, placement, attempt, inbox);
				if (end) return end === 'untaken' ? undefined : end;
				if (attempt.killed.aborted) {
					this.#order({ type: 'cancel', placement });
					return { how: 'killed' };
				}
				await attempt.bell.heard();
			}
		} finally {
			site.given.training--;
			if (link.isUp) await this.#clear(site, placement, files).catch((error: unknown) => link.complain(error));
		}
	}

	/** @returns how it has ended, once everything is here; undefined while it runs, or the broker does not say */
	async #look(
		site: Site,
		placement: string,
		attempt: Attempt,
		inbox: Inbox,
	): Promise<ProcessEnd | 'untaken' | undefined> {
		try {
			const outcome = await site.look(placement);
			if (outcome.is === 'waiting' && !site.state && (await site.withdraw(placement))) return 'untaken';
			const end = this.#endOf(outcome, site);
			if ((await inbox.takeIn(() => !attempt.order)) && end) return end;
			// Again and again, since nobody says whether it was heard.
			if (attempt.order && !end) this.#order({ type: 'tell', placement, message: attempt.order });
		} catch (error) {
			if (!brokerError(error)) throw error;
			this.#options.link.complain(error);
		}
		return undefined;
	}

	/** Takes in what a worker still wrote for the bot before this one, which ended without seeing it. */
	async #inherit(attempt: Attempt): Promise<void> {
		const { link, keys } = this.#options;
		const last = lastTraining.safeParse(parseJson((await link.redis.get(keys.lastTraining)) ?? '')).data;
		if (last?.run !== attempt.run.id) return;
		const inbox = this.#inboxOf(last, attempt, () => {});
		const end = performance.now() + CLOSE_GRACE_MS;
		for (;;) {
			await inbox.takeIn(() => false);
			if (inbox.isOver || attempt.killed.aborted || performance.now() > end) break;
			await sleep(LOOK_MS);
		}
		await link.redis.del(keys.training(last.placement), keys.lastTraining);
	}

	#inboxOf({ placement, machine, where }: LastTraining, { run, killed }: Attempt, hear: Attempt['hear']): Inbox {
		const { link, keys, dock, log } = this.#options;
		return new Inbox({
			...{ stream: keys.training(placement), redis: link.redis, between: dock.between },
			...{ folder: runFolder(dock.dataDir, run.id), plan: run.plan, machine, where, hear, log, signal: killed },
		});
	}

	/** @returns undefined while it runs, or will */
	#endOf(outcome: Outcome, { id }: Site): ProcessEnd | undefined {
		switch (outcome.is) {
			case 'over':
				return trainingEnd.safeParse(outcome.end).data ?? { how: 'an end that makes no sense' };
			case 'stalled':
				// Without a broker nobody can renew a lock, so that is not the worker's fault.
				return { how: `${id} is gone`, words: NOT_HEARD_OF, isGivenBack: this.#options.link.wasDown };
			case 'died':
				return { how: `${id} failed` };
			case 'back':
				return { how: 'given back', isGivenBack: true };
			case 'waiting':
			case 'running':
				return undefined;
		}
	}

	/** Leaves nothing of a placement on the broker. */
	async #clear(site: Site, placement: string, files: readonly RunCargo[]): Promise<void> {
		const { link, keys, dock } = this.#options;
		await site.withdraw(placement);
		await link.redis.del(keys.training(placement), keys.lastTraining);
		for (const cargo of files) await unload(cargo, dock.between);
	}

	#order(order: Order): void {
		this.#options.link.publish(this.#options.keys.orders, order);
	}

	/** The worker that would train that plan best; one that cannot says so itself. */
	#siteFor(plan: TrainingPlan): Site | undefined {
		const sites = this.#sites();
		return sites.find((site) => isRight(site, plan)) ?? sites[0];
	}

	/** Of those that seem to be alive the ones with a device for trainings first, then the idlest, then GPUs. */
	#sites(): readonly Site[] {
		const rank = (site: Site) => {
			const { isReserved, device } = site.state!.training;
			return [site.isSuspect, !isReserved, site.given.usual + site.given.short, device === 'cpu'].map(Number);
		};
		const compare = (a: readonly number[], b: readonly number[]) =>
			a.map((value, i) => value - b[i]).find((difference) => difference !== 0) ?? 0;
		return [...this.#options.roster.usable].sort((a, b) => compare(rank(a), rank(b)));
	}
}

const NOT_HEARD_OF = 'its worker was not heard of for too long';

function assertRight({ state }: Site, { model, hidden }: TrainingPlan): void {
	if (state) assertRightOn(deviceNamed(state.training.device).provider, networkOf(model, hidden).definition);
}

function isRight(site: Site, plan: TrainingPlan): boolean {
	try {
		assertRight(site, plan);
		return true;
	} catch {
		return false;
	}
}
