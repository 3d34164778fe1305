/**
 * The lists of timesteps that DeepFloyd IF was published with (deepfloyd_if/model/respace.py; diffusers prints them in
 * pipelines/deepfloyd_if/timesteps.py). All start at 999 and end at 0; they differ in where they are densest.
 */
import { TRAINED_TIMESTEPS } from './schedule.ts';

/** Timesteps in each of the equal sections that a list cuts 0..999 into, the least noisy section first. */
const SECTION_COUNTS = {
	fast27: [10, 10, 3, 2, 2],
	smart27: [7, 4, 2, 1, 2, 4, 7],
	smart50: [10, 6, 4, 3, 2, 2, 3, 4, 6, 10],
	smart100: [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 7, 8, 9, 10, 13],
	smart185: [1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20],
	super27: [1, 1, 1, 1, 1, 1, 1, 2, 5, 13],
	super40: [2, 2, 2, 2, 2, 2, 3, 4, 6, 15],
	super100: [4, 4, 6, 6, 8, 8, 10, 10, 14, 30],
} as const;

export type TimestepTableName = keyof typeof SECTION_COUNTS;

export const TIMESTEP_TABLE_NAMES = Object.keys(SECTION_COUNTS) as [TimestepTableName, ...TimestepTableName[]];

/** The named list, strictly descending. */
export function timestepTable(name: TimestepTableName): readonly number[] {
	return spaced(SECTION_COUNTS[name]);
}

/**
 * Cuts 0..999 into sections of equal length, the first ones a timestep longer if 1000 does not divide evenly, and spreads
 * each section's count evenly from its first timestep to its last; a single one is the first.
 * Source: space_timesteps of Nichol & Dhariwal 2021 (improved-diffusion). The lists depend on its rounding: strides are
 * summed, and halves round to even.
 */
function spaced(sectionCounts: readonly number[]): readonly number[] {
	const longer = TRAINED_TIMESTEPS % sectionCounts.length;
	const timesteps: number[] = [];
	let first = 0;
	for (const [section, count] of sectionCounts.entries()) {
		const length = Math.floor(TRAINED_TIMESTEPS / sectionCounts.length) + (section < longer ? 1 : 0);
		const stride = count === 1 ? 0 : (length - 1) / (count - 1);
		for (let i = 0, offset = 0; i < count; i++, offset += stride) timesteps.push(first + roundHalfToEven(offset));
		first += length;
	}
	return timesteps.reverse();
}

function roundHalfToEven(x: number): number {
	const rounded = Math.round(x);
	return x - Math.floor(x) === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
