/** The remote workers that a bot knows, kept up to date from what they say and from what is on the broker. */
import type { DeviceReport, ModelList } from '../runner.ts';
import type { LogLine } from '../spawn.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { strangersIn, unite } from './matching.ts';
import type { Report } from './protocol.ts';
import { parseJson } from './reading.ts';
import { Site } from './site.ts';
import { type Introduction, readModels, readState } from './worker-state.ts';

export interface RosterOptions {
	readonly link: Link;
	readonly keys: Keys;
	readonly version: string;
	readonly log: LogLine;
	readonly onStalled: (placement: string) => void;
	/** In milliseconds. Default: performance.now() */
	readonly now?: () => number;
}

export class Roster {
	readonly #options: RosterOptions;
	readonly #sites = new Map<string, Site>();
	/** The last list of models that workers offered. */
	#models: ModelList | undefined;
	/** The models of each worker that differ from those of others, as last logged. */
	readonly #strange = new Map<string, readonly string[]>();
	/** Workers of which it was logged that they get no jobs. */
	readonly #troubled = new WeakSet<Site>();

	constructor(options: RosterOptions) {
		this.#options = options;
	}

	/** In the order of their names: where workers differ, the first counts. */
	get sites(): readonly Site[] {
		return [...this.#sites.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
	}

	get usable(): readonly Site[] {
		return this.sites.filter(({ isUsable }) => isUsable);
	}

	/** Whether there ever was a worker. */
	get isKnown(): boolean {
		return this.#models !== undefined;
	}

	/** What can be asked for, also while no worker is there. */
	get models(): ModelList {
		return this.#models ?? { usable: [], damaged: [] };
	}

	devices(): readonly DeviceReport[] {
		return this.sites.flatMap((site) => {
			const strange = (site.isUsable && this.#strange.get(site.id)) || [];
			return site.devices().map((device) => ({ ...device, ...(strange.length > 0 && { differing: strange }) }));
		});
	}

	/** Forgets whatever another bot left in the queues, and remembers what it offered. */
	async takeOver(): Promise<void> {
		const { link, keys } = this.#options;
		const offer = readModels((await link.redis.get(keys.offer)) ?? '');
		if (typeof offer !== 'string') this.#models ??= offer;
		for (const id of await this.#ids()) await this.#site(id).clear();
		link.publish(keys.orders, { type: 'cancel all' });
	}

	/** Takes in what a worker says, as far as it is about itself. @returns whether more about it has to be read */
	heard(report: Report): boolean {
		const site = this.#sites.get(report.worker);
		site?.heard();
		if ('placement' in report) return false;
		if (!site) return report.type === 'state';
		this.#take(site, report.type === 'state' ? readState(report.state, this.#options.version) : undefined);
		return site.lacksModels;
	}

	/** Looks at what all workers have said on the broker. */
	async read(): Promise<void> {
		const { link, keys, version } = this.#options;
		for (const id of await this.#ids()) {
			const text = await link.redis.hget(keys.worker(id), 'state');
			if (text === null && !this.#sites.has(id)) await this.#forget(id);
			else await this.#update(this.#site(id), readState(parseJson(text ?? ''), version));
		}
		await this.#offer();
	}

	/** All workers that are known here or there: a broker that was emptied knows none. */
	async #ids(): Promise<ReadonlySet<string>> {
		const { link, keys } = this.#options;
		return new Set([...(await link.redis.smembers(keys.workers)), ...this.#sites.keys()]);
	}

	async #update(site: Site, known: Introduction | undefined): Promise<void> {
		this.#take(site, known);
		if (site.state && site.lacksModels) await this.#readModels(site, site.state.modelsChanged);
		this.#tellTrouble(site);
		if (!site.known && site.isIdle) await this.#forget(site.id);
	}

	async #readModels(site: Site, modelsChanged: number): Promise<void> {
		const { link, keys } = this.#options;
		const text = await link.redis.hget(keys.worker(site.id), 'models');
		if (!text) return;
		const models = readModels(text);
		if (typeof models === 'string') site.modelsProblem = models;
		else [site.models, site.modelsProblem] = [models, undefined];
		site.modelsRead = modelsChanged;
	}

	/** Logs once why a worker gets no jobs, and when it does. */
	#tellTrouble(site: Site): void {
		site.checkReadiness();
		const { id, trouble, isUsable } = site;
		if (trouble && !this.#troubled.has(site)) {
			this.#options.log(`the worker ${id} gets no jobs. ${trouble}`, 'warn');
			this.#troubled.add(site);
		} else if (isUsable && this.#troubled.delete(site)) this.#options.log(`the worker ${id} is ready`, 'info');
	}

	#take(site: Site, known: Introduction | undefined): void {
		if (!site.known !== !known) this.#options.log(`the worker ${site.id} ${known ? 'is here' : 'is gone'}`, 'info');
		site.known = known;
	}

	/** Brings the list of models up to date, also on the broker, for the time after the next start. */
	async #offer(): Promise<void> {
		const { link, keys, log } = this.#options;
		const lists = this.usable.map(({ models }) => models);
		if (lists.length === 0) return;
		const before = JSON.stringify(this.#models);
		this.#models = unite(lists);
		const now = JSON.stringify(this.#models);
		if (now !== before) await link.redis.set(keys.offer, now);
		for (const { id, models } of this.usable) {
			const strange = strangersIn(models, this.#models);
			const names = strange.join(', ');
			if (names && names !== this.#strange.get(id)?.join(', ')) {
				log(`${names} on ${id} ${DIFFERS}`, 'warn');
			}
			this.#strange.set(id, strange);
		}
	}

	#site(id: string): Site {
		const { link, keys, onStalled, now } = this.#options;
		const known = this.#sites.get(id);
		if (known) return known;
		const site = new Site({ id, link, keys, onStalled, now });
		this.#sites.set(id, site);
		return site;
	}

	/** Clears away a worker that is gone for good: its next start has another id. */
	async #forget(id: string): Promise<void> {
		const { link, keys } = this.#options;
		const site = this.#site(id);
		this.#sites.delete(id);
		this.#strange.delete(id);
		try {
			await site.clear();
			await link.redis.srem(keys.workers, id);
		} finally {
			await site.close();
		}
	}

	async close(): Promise<void> {
		await Promise.all(this.sites.map((site) => site.close()));
	}
}

const DIFFERS =
	'differs from the one on the machine whose name comes first (its files, TEXT_ENCODER or PROMPT_EMBEDDINGS), so it is not used there; copy it from that machine';
