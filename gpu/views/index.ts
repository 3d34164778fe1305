/** What the rest of the program, commands included, may import of views and decompositions. */

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
