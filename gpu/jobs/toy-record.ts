/** What a toy job makes: numbers to be drawn, in a file of JSON. */
import type { ToyMethod } from './kinds/toy.ts';

/** Points, or vectors, one behind the other: x, y, x, y, … Noise has the standard deviation 1, data 2. */
export type Points = readonly number[];

/** What the network says of the plane at one time. */
export interface ToyField {
	/** How far from noise (0) to data (1), in the time of a flow; a diffusion is asked where it is as noisy. */
	readonly time: number;
	/** Data with the noise of that time. */
	readonly points: Points;
	/** At the points of `ToyRecord.grid`: a flow's velocity; a diffusion's −ε, its score times the noise level. */
	readonly arrows: Points;
}

/** Points on their way from noise to data. */
export interface ToyWalk {
	readonly steps: number;
	readonly end: Points;
	/** From `end` to the data, as slicedWasserstein. */
	readonly distance: number;
}

export interface ToyRun {
	readonly method: ToyMethod;
	readonly fields: readonly ToyField[];
	/** Ascending by their steps, all from the same noise. */
	readonly walks: readonly ToyWalk[];
	/** The points of the last walk at some of its steps, from the noise on. */
	readonly film: readonly { readonly step: number; readonly points: Points }[];
	/** Single points of it at all of its steps. */
	readonly paths: readonly Points[];
	/** How long the paths of all its points are, straight ones to the same ends being 1. */
	readonly detour: number;
}

export interface ToyRecord {
	/** As many as were sampled. */
	readonly data: Points;
	/** From one such draw of the data to another: nothing can be expected to be nearer. */
	readonly leastDistance: number;
	readonly grid: Points;
	readonly runs: readonly ToyRun[];
}

/** A picture has fewer places; and the same numbers on all machines that calculate nearly the same. */
const DIGITS = 3;

export function writeToyRecord(record: ToyRecord): Uint8Array {
	const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toFixed(DIGITS)) : value);
	return new TextEncoder().encode(JSON.stringify(record, rounded));
}

export function readToyRecord(bytes: Uint8Array): ToyRecord {
	return JSON.parse(new TextDecoder().decode(bytes)) as ToyRecord;
}
