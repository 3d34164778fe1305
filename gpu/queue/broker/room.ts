/** Which jobs the connected workers have room for, and which ones none of them can run. */
import type { Job } from '../../jobs/index.ts';
import type { Candidate } from '../executor.ts';
import { laneOf } from '../lanes.ts';
import { choose, neededBy } from './matching.ts';
import type { Roster } from './roster.ts';
import type { Site } from './site.ts';

export class Room {
	readonly #roster: Roster;
	/** What was found since something has last changed: a long line asks the same again and again. */
	readonly #found = new Map<string, boolean>();
	/** What the obstacles depend on. */
	#offered = '';
	#obstacle: (job: Job) => string | undefined = () => undefined;

	constructor(roster: Roster) {
		this.#roster = roster;
	}

	/** The best place for a job now; undefined if there is none. */
	siteFor(candidate: Candidate): Site | undefined {
		const lane = laneOf(candidate);
		const offers = this.#roster.usable.map((site) => {
			return { site, models: site.models, loaded: site.loaded, free: site.free(lane), isSuspect: site.isSuspect };
		});
		return choose(candidate.job, offers, this.#roster.models)?.site;
	}

	/** As Executor.hasRoomFor. */
	hasRoomFor(candidate: Candidate): boolean {
		const key = [laneOf(candidate), ...neededBy(candidate.job)].join('\n');
		const found = this.#found.get(key) ?? this.siteFor(candidate) !== undefined;
		this.#found.set(key, found);
		return found;
	}

	/** As Executor.obstacle. */
	get obstacle(): (job: Job) => string | undefined {
		return this.#obstacle;
	}

	/** Call this when jobs were given or have ended, and when workers have changed. @returns what changes with the answers */
	changed(): unknown {
		this.#found.clear();
		// One that restarts its process, or whose models are about to be read again, is connected all the same.
		const connected = this.#roster.sites.filter(({ state }) => state !== undefined);
		const offered = JSON.stringify(connected.map(({ id, modelsRead }) => [id, modelsRead]));
		if (offered !== this.#offered) this.#obstacle = obstacleAmong(connected);
		this.#offered = offered;
		const room = this.#roster.usable.map((site) => {
			return [site.id, site.isSuspect, site.free('usual') > 0, site.free('short') > 0];
		});
		return [offered, room];
	}
}

function obstacleAmong(sites: readonly Site[]): (job: Job) => string | undefined {
	const offers = sites.map(({ models }) => new Set(models.usable.map(({ name }) => name)));
	return (job) => {
		const needed = neededBy(job);
		if (sites.length === 0 || offers.some((names) => needed.every((name) => names.has(name)))) return undefined;
		const missing = needed.find((name) => !offers.some((names) => names.has(name)));
		const what = missing === undefined ? `both ${needed.join(' and ')}` : `the model ${missing}`;
		return `No connected worker has ${what}; it starts as soon as one does.`;
	};
}
