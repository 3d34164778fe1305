/** What the rest of the program may know of views and decompositions, commands included. */
export {
	DECOMPOSITION_NAMES,
	DECOMPOSITIONS,
	type DecompositionEntry,
	type DecompositionName,
	decompose,
	filterOf,
	findDecomposition,
	KERNEL_LIMITS,
	SIGMA_LIMITS,
} from './decompositions/table.ts';
export {
	type ComponentReading,
	componentReadings,
	type Reading,
	readings,
	type ViewReading,
	viewReadings,
} from './readings.ts';
export { reasonAgainst } from './refused.ts';
export { parseView, VIEW_NAMES, VIEWS, type ViewEntry, type ViewName } from './table.ts';
