/** The table of decompositions; to add one, add an entry. Imports no model and no ONNX, so that commands may import it. */
import { UserError } from '../../errors.ts';
import { widestKernel } from '../../tensor/blur.ts';
import { COLOR_COMPONENTS } from './color.ts';
import { type Component, FILTER_SIDE, type Filter } from './component.ts';
import { FREQUENCY_FILTER, frequencyComponents, TRIPLE_FILTER, tripleComponents } from './frequency.ts';
import { MOTION_FILTER, motionComponents } from './motion.ts';

export interface DecompositionEntry {
	/** How the picture is split, in a few words for a list of choices. */
	readonly summary: string;
	/** The components, the one seen from farthest away first, in the order in which prompts are given. */
	readonly components: readonly {
		readonly name: string;
		/** How to look at the picture to see it. */
		readonly look: string;
	}[];
	/** The default filter; the decomposition has only the fields that are given here. */
	readonly filter: Filter;
	/** For pictures of side `size`: 28 (digits), 64 (stage I) or 256 (stage II). */
	readonly create: (size: number, filter: Filter) => readonly Component[];
}

export const DECOMPOSITIONS = {
	frequency: {
		summary: 'coarse shapes from afar, fine detail close up',
		components: [
			{ name: 'low', look: 'from afar' },
			{ name: 'high', look: 'close up' },
		],
		filter: FREQUENCY_FILTER,
		create: frequencyComponents,
	},
	triple: {
		summary: 'three distances: coarse, middling and fine',
		components: [
			{ name: 'low', look: 'from afar' },
			{ name: 'mid', look: 'from some way off' },
			{ name: 'high', look: 'close up' },
		],
		filter: TRIPLE_FILTER,
		create: tripleComponents,
	},
	color: {
		summary: 'one picture in greys, another in colour',
		components: [
			{ name: 'grey', look: 'in greys' },
			{ name: 'color', look: 'in colour' },
		],
		filter: {},
		create: () => COLOR_COMPONENTS,
	},
	motion: {
		summary: 'one picture when shaken along the diagonal, another when held still',
		components: [
			{ name: 'motion', look: 'in motion' },
			{ name: 'still', look: 'standing still' },
		],
		filter: MOTION_FILTER,
		create: motionComponents,
	},
} satisfies Record<string, DecompositionEntry>;

export type DecompositionName = keyof typeof DECOMPOSITIONS;

export const DECOMPOSITION_NAMES = Object.keys(DECOMPOSITIONS) as readonly DecompositionName[];

/** The most components that any decomposition has. */
export const MAX_COMPONENTS = Math.max(...DECOMPOSITION_NAMES.map((name) => DECOMPOSITIONS[name].components.length));

/** A decomposition's entry, by name. Throws a UserError that lists the names if there is no such entry. */
export function findDecomposition(name: string): DecompositionEntry {
	const known = DECOMPOSITION_NAMES.find((candidate) => candidate === name);
	if (known) return DECOMPOSITIONS[known];
	throw new UserError(`There is no kind of hybrid "${name}"; the kinds are: ${DECOMPOSITION_NAMES.join(', ')}.`);
}

/** Limits of a Gaussian's sigma, in pixels at FILTER_SIDE: less removes nothing, more leaves hardly anything. */
export const SIGMA_LIMITS = { min: 0.1, max: 16 };

/** Limits of a kernel's width, in pixels at FILTER_SIDE. */
export const KERNEL_LIMITS = { min: 3, max: widestKernel(FILTER_SIDE) };

/** A decomposition as a job carries it. */
export interface DecompositionChoice extends Filter {
	readonly decomposition: string;
}

/** The filter that a decomposition uses. Throws a UserError for a field that it does not have or a value out of range. */
export function filterOf({ decomposition, sigma, kernel }: DecompositionChoice): Filter {
	const { filter } = findDecomposition(decomposition);
	const given: Filter = { ...(sigma !== undefined && { sigma }), ...(kernel !== undefined && { kernel }) };
	for (const name of Object.keys(given)) {
		if (!Object.hasOwn(filter, name)) {
			throw new UserError(`A hybrid of the kind ${decomposition} has no ${name}; leave it out.`);
		}
	}
	if (sigma !== undefined && !isWithin(sigma, SIGMA_LIMITS)) {
		throw new UserError(`sigma must be a number from ${SIGMA_LIMITS.min} to ${SIGMA_LIMITS.max}, not ${sigma}.`);
	}
	if (kernel !== undefined && !(isWithin(kernel, KERNEL_LIMITS) && kernel % 2 === 1)) {
		const { min, max } = KERNEL_LIMITS;
		throw new UserError(
			`kernel must be an odd whole number from ${min} to ${max}, so that it has a middle, not ${kernel}.`,
		);
	}
	return { ...filter, ...given };
}

/** The components for pictures of side `size`. Throws a UserError as findDecomposition and filterOf do. */
export function decompose(choice: DecompositionChoice, size: number): readonly Component[] {
	return findDecomposition(choice.decomposition).create(size, filterOf(choice));
}

function isWithin(value: number, { min, max }: { readonly min: number; readonly max: number }): boolean {
	return value >= min && value <= max;
}
