/** What the rest of the program may know of views and decompositions, commands included. */

export { FILTER_SIDE, type Filter } from './decompositions/component.ts';
export {
	DECOMPOSITION_NAMES,
	DECOMPOSITIONS,
	type DecompositionName,
	decompose,
	filterOf,
	KERNEL_LIMITS,
	SIGMA_LIMITS,
} from './decompositions/table.ts';
export {
	type ComponentReading,
	componentReadings,
	type ViewReading,
	viewReadings,
} from './readings.ts';
export { reasonAgainst } from './refused.ts';
export { parseView, VIEW_NAMES, VIEWS, type ViewName } from './table.ts';
