/** Which remote worker a job goes to. */
import { type Job, modelsOf, runsOn } from '../../jobs/index.ts';
import type { ModelList } from '../runner.ts';

/** What a worker offers, as far as it matters here. */
export interface Offer {
	readonly models: ModelList;
	/** The names of the models that it has loaded. */
	readonly loaded: ReadonlySet<string>;
	/** How many more jobs it could take of the kind in question. */
	readonly free: number;
	/** Whether it is probably dead: a job had better wait until that is known. */
	readonly isSuspect: boolean;
}

/** All models of all workers. Of several under one name the first counts: two revisions would draw differently. */
export function unite(lists: readonly ModelList[]): ModelList {
	const usable = byName(lists.flatMap((list) => list.usable));
	const damaged = byName(lists.flatMap((list) => list.damaged));
	return {
		usable: [...usable.values()],
		damaged: [...damaged.values()].filter(({ name }) => !usable.has(name)),
		...(lists[0]?.device && { device: lists[0].device }),
	};
}

/** Names of the models that one worker has in another revision than the rest. */
export function strangersIn(own: ModelList, all: ModelList): readonly string[] {
	const revisions = revisionsOf(all);
	return own.usable.filter(({ name, revision }) => revisions.get(name) !== revision).map(({ name }) => name);
}

/** The models that a worker has to have for a job. Digit networks and the plane's are part of the program. */
export const neededBy = (job: Job): readonly string[] =>
	runsOn('pictures', job) || runsOn('text', job) ? modelsOf(job) : [];

/** The best of the workers that can take the job now: one that has its models loaded, and of those the idlest. */
export function choose<O extends Offer>(job: Job, offers: readonly O[], all: ModelList): O | undefined {
	const needed = neededBy(job);
	const revisions = revisionsOf(all);
	const hasModels = ({ models }: Offer) => {
		const own = revisionsOf(models);
		return needed.every((name) => own.has(name) && own.get(name) === revisions.get(name));
	};
	const loadedOf = ({ loaded }: Offer) => needed.filter((name) => loaded.has(name)).length;
	const able = offers.filter((offer) => offer.free > 0 && !offer.isSuspect && hasModels(offer));
	return able.sort((a, b) => loadedOf(b) - loadedOf(a) || b.free - a.free)[0];
}

const revisionsOf = ({ usable }: ModelList) => new Map(usable.map(({ name, revision }) => [name, revision]));

function byName<T extends { readonly name: string }>(items: readonly T[]): Map<string, T> {
	const found = new Map<string, T>();
	for (const item of items) if (!found.has(item.name)) found.set(item.name, item);
	return found;
}
