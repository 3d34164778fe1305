/** Tells the bot, as long as a worker lives, that it does, and what it can run. */
import type { Executor } from '../executor.ts';
import type { ModelList } from '../runner.ts';
import type { LogLine } from '../spawn.ts';
import { BotWatch } from './bot-watch.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import type { Report } from './protocol.ts';
import type { WorkerState } from './worker-state.ts';

/** How often a worker says that it is there, and after how long without that it is not, in milliseconds. */
const BEAT_MS = 1000;
const LIFE_MS = 4000;

/** How often it looks for changes of its models, in beats. */
const MODELS_BEATS = 10;

export interface AnnouncerOptions {
	readonly id: string;
	/** The QUEUE_NAME. */
	readonly queue: string;
	readonly machine: string;
	readonly version: string;
	readonly executor: Executor;
	readonly training: WorkerState['training'];
	readonly keys: Keys;
	readonly link: Link;
	readonly log: LogLine;
	readonly say: (report: Report) => void;
	/** Called once the bot can give it jobs. Default: nothing */
	readonly onReady?: () => void;
}

export class Announcer {
	readonly #options: AnnouncerOptions;
	readonly #watch: BotWatch;
	#timer: NodeJS.Timeout | undefined;
	#models: string | undefined;
	#modelsChanged = 0;
	/** The value of that when the models that the broker has were read. */
	#announced = 0;
	/** What was last said, or is being said. */
	#said = '';
	#beats = 0;
	#wasReady = false;
	#stopped = false;

	constructor(options: AnnouncerOptions) {
		this.#options = options;
		this.#watch = new BotWatch(options);
	}

	start(): void {
		const { executor, link } = this.#options;
		executor.onChange(() => this.refresh());
		link.onChange(() => this.refresh());
		this.#timer = setInterval(() => void this.#beat(), BEAT_MS);
		void this.#readModels();
	}

	/** Says at once what has changed, before whatever this worker says next. */
	refresh(): void {
		if (this.#stopped || !this.#options.link.isUp) return;
		const { id, link, say } = this.#options;
		const state = this.#state();
		const text = JSON.stringify(state);
		if (text === this.#said) return;
		this.#said = text;
		this.#announce(this.#announced !== this.#modelsChanged).catch((error) => {
			if (this.#said === text) this.#said = ''; // it was not
			link.complain(error);
		});
		say({ worker: id, type: 'state', state });
	}

	/** Says that the worker is gone. */
	async stop(): Promise<void> {
		const { id, keys, link, say } = this.#options;
		this.#stopped = true;
		clearInterval(this.#timer);
		say({ worker: id, type: 'gone' });
		await link.redis.del(keys.worker(id));
	}

	async #beat(): Promise<void> {
		const { id, executor, keys, link } = this.#options;
		if (this.#beats++ % MODELS_BEATS === 0) void this.#readModels();
		executor.start(); // again, if it has given up some time ago
		link.checkEar();
		this.refresh();
		if (!link.isUp) return;
		try {
			// No transaction: a broker without memory refuses `sadd`, but has to keep the rest. A bot that took this worker for
			// dead may have removed the one and not the other.
			const pipeline = link.redis.pipeline().pexpire(keys.worker(id), LIFE_MS).sadd(keys.workers, id).get(keys.bot);
			const [[, isThere] = [], [error, isNew] = [], [unread, bot] = []] = (await pipeline.exec()) ?? [];
			if (!unread) this.#watch.see(bot as string | null);
			if (!isThere || isNew) await this.#announce(true);
			if (error) throw error;
		} catch (error) {
			link.complain(error);
		}
	}

	/** Says on the broker how this worker is now. */
	async #announce(withModels: boolean): Promise<void> {
		if (this.#stopped) return;
		const { id, keys, link } = this.#options;
		const key = keys.worker(id);
		const modelsChanged = this.#modelsChanged;
		const fields = { state: JSON.stringify(this.#state()), ...(withModels && { models: this.#models ?? '' }) };
		const replies = await link.redis.multi().hset(key, fields).pexpire(key, LIFE_MS).sadd(keys.workers, id).exec();
		const [[error, added] = []] = replies ?? [];
		if (error) throw error;
		// The broker had forgotten the rest.
		if (added && !withModels) return this.#announce(true);
		if (withModels) this.#announced = modelsChanged;
		if (this.#wasReady || !this.#state().ready) return;
		this.#wasReady = true;
		this.#options.onReady?.();
	}

	#state(): WorkerState {
		const { machine, version, executor, training } = this.#options;
		const ready = executor.ready && this.#models !== undefined;
		const { slots, shortSlots } = executor;
		return {
			machine,
			version,
			ready,
			slots,
			shortSlots,
			devices: executor.devices(),
			training,
			modelsChanged: this.#modelsChanged,
		};
	}

	async #readModels(): Promise<void> {
		let list: ModelList;
		try {
			list = await this.#options.executor.models();
		} catch {
			return; // its devices say what is wrong
		}
		const text = JSON.stringify(list);
		if (text === this.#models) return;
		this.#models = text;
		this.#modelsChanged++;
		this.refresh();
	}
}
