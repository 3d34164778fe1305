/** A toy job's result: numbers to be drawn, in a JSON file. */
import type { ToyMethod } from './kinds/toy.ts';

/** Points or vectors in sequence: x, y, x, y, … Noise has a standard deviation of 1, data of 2. */
export type Points = readonly number[];

/** What the network predicts over the plane at one time. */
export interface ToyField {
	/** How far from noise (0) to data (1), in a flow's time; for a diffusion, the timestep of the same noise level. */
	readonly time: number;
	/** The data with that time's noise. */
	readonly points: Points;
	/** At the points of `ToyRecord.grid`: a flow's velocity; a diffusion's −ε, its score times the noise level. */
	readonly arrows: Points;
}

/** Points on their way from noise to data. */
export interface ToyWalk {
	readonly steps: number;
	readonly end: Points;
	/** The slicedWasserstein distance from `end` to the data. */
	readonly distance: number;
}

export interface ToyRun {
	readonly method: ToyMethod;
	readonly fields: readonly ToyField[];
	/** In ascending order of steps, all from the same noise. */
	readonly walks: readonly ToyWalk[];
	/** The points of the last walk at some of its steps, starting with the noise. */
	readonly film: readonly { readonly step: number; readonly points: Points }[];
	/** The paths of a few of its points, through all of its steps. */
	readonly paths: readonly Points[];
	/** The total length of its points' paths, relative to straight lines between the same ends. */
	readonly detour: number;
}

export interface ToyRecord {
	/** As many points as were sampled. */
	readonly data: Points;
	/** The distance between two such draws of the data: no sample can be expected to be nearer. */
	readonly leastDistance: number;
	readonly grid: Points;
	readonly runs: readonly ToyRun[];
}

/** Decimals kept: more than a drawing shows, and few enough that machines that compute nearly the same agree. */
const DIGITS = 3;

export function writeToyRecord(record: ToyRecord): Uint8Array {
	const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(DIGITS)) : value);
	return new TextEncoder().encode(JSON.stringify(record, rounded));
}

export function readToyRecord(bytes: Uint8Array): ToyRecord {
	return JSON.parse(new TextDecoder().decode(bytes)) as ToyRecord;
}
