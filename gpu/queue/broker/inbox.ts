/** Takes in what a training on a remote worker says and writes: the files into the run's folder here, in the order in which it happened. */
import type { Redis } from 'ioredis';
import { isFullDisk, stepsOfTraining, type TrainingPlan } from '../../jobs/index.ts';
import type { RunFile } from '../../training/run-files.ts';
import type { Warning } from '../../training/warning.ts';
import type { BlobStore } from '../blobs.ts';
import type { LogLine } from '../spawn.ts';
import type { TrainingListener } from '../training-host.ts';
import { parseJson } from './reading.ts';
import { keepFile, unload } from './training-cargo.ts';
import { type RunCargo, trainingNews } from './training-messages.ts';

export interface InboxOptions {
	/** The run's folder. */
	readonly folder: string;
	readonly plan: TrainingPlan;
	/** The key of the stream on the broker. */
	readonly stream: string;
	readonly redis: Redis;
	readonly between: BlobStore;
	/** The worker, and where it trains, as people know them. */
	readonly machine: string;
	readonly where: string;
	readonly hear: TrainingListener['hear'];
	readonly log: LogLine;
	/** Aborted when nothing more may be taken in. */
	readonly signal: AbortSignal;
}

export class Inbox {
	readonly #options: InboxOptions;
	/** The last entry that was taken in. */
	#last = '0-0';
	#isOver = false;
	/** A file waits for room on the disk. */
	#isDiskFull = false;

	constructor(options: InboxOptions) {
		this.#options = options;
	}

	/** Whether nothing more will come. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/**
	 * Takes in whatever has come.
	 *
	 * @param isPatient whether a file for which there is no room may wait, and with it what came later; otherwise it is lost
	 * @returns whether nothing waits
	 */
	async takeIn(isPatient: () => boolean): Promise<boolean> {
		const { stream, redis, machine, hear, log, signal } = this.#options;
		while (!signal.aborted) {
			const [entry] = await redis.xrange(stream, `(${this.#last}`, '+', 'COUNT', 1);
			if (!entry) return true;
			const [id, [, text]] = entry;
			const { data: news } = trainingNews.safeParse(parseJson(text));
			if (!news) log(`the worker ${machine} said something that makes no sense of a training`, 'warn');
			for (const cargo of news?.files ?? []) if (!(await this.#keep(cargo, isPatient))) return false;
			const message = news?.message;
			if (message) hear(message.type === 'warning' ? on(machine, message) : message);
			this.#isOver = news?.isLast === true;
			this.#last = id;
			await redis.xdel(stream, id);
		}
		return true;
	}

	/** @returns false if there is no room for it yet */
	async #keep(cargo: RunCargo, isPatient: () => boolean): Promise<boolean> {
		const { folder, plan, between, machine, where, hear, log } = this.#options;
		try {
			assertPossible(cargo.file, plan);
			await keepFile(folder, cargo, between, where);
			if (this.#isDiskFull) hear({ type: 'warning', message: ROOM_AGAIN, replaces: fullDisk(folder) });
			this.#isDiskFull = false;
		} catch (error) {
			if (isFullDisk(error) && isPatient()) {
				if (!this.#isDiskFull) hear({ type: 'warning', message: fullDisk(folder) });
				this.#isDiskFull = true;
				return false;
			}
			const reason = error instanceof Error ? error.message : error;
			log(`a file of a training (${cargo.file.kind}) could not be taken over from ${machine}: ${reason}`, 'warn');
		}
		await unload(cargo, between);
		return true;
	}
}

/** Keeps a worker from filling the disk with what no such training writes. */
function assertPossible(file: RunFile, plan: TrainingPlan): void {
	const most = { step: stepsOfTraining(plan), epoch: plan.epochs };
	if ('number' in file && file.number > most[file.kind]) throw new Error(`the ${file.kind} ${file.number} cannot be`);
}

const fullDisk = (folder: string) =>
	`The disk is full: what was learned could not be saved in ${folder}; make room there: the training continues and will try again.`;

const ROOM_AGAIN = 'There is room on the disk again, and everything is being saved.';

/** A warning as the bot's people should read it. */
function on(machine: string, { message, replaces }: Warning): Warning {
	const there = (sentence: string) => `On ${machine}: ${sentence}`;
	return { type: 'warning', message: there(message), ...(replaces && { replaces: there(replaces) }) };
}
