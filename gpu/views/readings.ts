/** What an anagram or a hybrid shows, and how to look at it: the one place that assigns prompts to readings. */
import { UserError } from '../errors.ts';
import { type DecompositionChoice, findDecomposition } from './decompositions/table.ts';
import { parseView, type ViewName } from './table.ts';

interface Reading {
	/** What it should show; absent where a picture stands in for it. */
	readonly prompt?: string;
	/** How to look at the picture, phrased to follow "seen": "upright", "through the view flip", "from afar". */
	readonly look: string;
}

export interface ViewReading extends Reading {
	readonly prompt: string;
	/** Absent: upright. */
	readonly view?: ViewName;
}

export interface ComponentReading extends Reading {
	/** Index into the components of the decomposition. */
	readonly component: number;
}

/** An anagram as a job carries it. */
export interface AnagramChoice {
	readonly prompts: readonly string[];
	readonly views: readonly string[];
}

/** A hybrid as a job carries it. */
export interface HybridChoice extends Pick<DecompositionChoice, 'decomposition'> {
	/** One for each component of the decomposition, in its order, but none for the reference's component. */
	readonly prompts: readonly string[];
	/** A picture that stands in for one component. */
	readonly reference?: string;
	/** Index of that component; absent: the first. */
	readonly referenceComponent?: number;
}

/**
 * The readings of an anagram: the first prompt upright, prompt i + 1 through views[i].
 * Throws a UserError unless the views are known, all different, and one fewer than the prompts.
 */
export function viewReadings({ prompts, views }: AnagramChoice): readonly [ViewReading, ...ViewReading[]] {
	const names = views.map(parseView);
	const [upright, ...others] = prompts;
	if (names.length !== others.length) {
		const needed = others.length === 1 ? 'one view' : `${others.length} views`;
		throw new UserError(
			`${prompts.length} prompts need ${needed} (the first prompt is upright), not ${names.length}: ${names.join(', ')}.`,
		);
	}
	const twice = names.find((name, i) => names.indexOf(name) !== i);
	if (twice) throw new UserError(`The view ${twice} is named twice; two prompts need two different views.`);
	const through = names.map((view, i) => ({ prompt: others[i], view, look: `through the view ${view}` }));
	return [{ prompt: upright, look: 'upright' }, ...through];
}

/**
 * The readings of a hybrid, one for each component in its order; the reference's has no prompt.
 * Throws a UserError if the decomposition is unknown, or if it needs more or fewer prompts.
 */
export function componentReadings({
	prompts,
	decomposition,
	reference,
	referenceComponent = 0,
}: HybridChoice): readonly ComponentReading[] {
	const { components } = findDecomposition(decomposition);
	const names = components.map(({ name }) => name);
	const taken = reference === undefined ? undefined : referenceComponent;
	if (taken !== undefined && taken >= names.length) {
		throw new UserError(`A hybrid of the kind ${decomposition} has no component ${taken}; it has ${names.join(', ')}.`);
	}
	const free = components.flatMap((_, component) => (component === taken ? [] : component));
	if (prompts.length !== free.length) {
		const needed = free.length === 1 ? 'one prompt' : `${free.length} prompts`;
		const which = free.map((component) => names[component]).join(', ');
		const besides = taken === undefined ? '' : ' with a reference';
		throw new UserError(
			`A hybrid of the kind ${decomposition}${besides} needs ${needed} (${which}), not ${prompts.length}.`,
		);
	}
	return components.map(({ look }, component) => {
		const index = free.indexOf(component);
		return { component, look, ...(index !== -1 && { prompt: prompts[index] }) };
	});
}
