/** Lists of timesteps: strictly descending integers in 0..999, the noisiest first. */
import { UserError } from '../errors.ts';
import { SAMPLERS, type SamplerName } from './samplers/index.ts';
import { TRAINED_TIMESTEPS } from './schedule.ts';
import { type TimestepTableName, timestepTable } from './timestep-tables.ts';

/** The course's strided list: 990, 960, …, 30, 0. */
export const COURSE_TIMESTEPS: readonly number[] = Array.from({ length: 34 }, (_, i) => 990 - 30 * i);

/** A job's choice of timesteps. */
export interface TimestepChoice {
	readonly sampler: SamplerName;
	/** The sampler's number of steps. */
	readonly steps?: number;
	/** One of DeepFloyd's lists. */
	readonly timesteps?: TimestepTableName;
}

/**
 * The timesteps for `steps` steps, or the list named `timesteps`; without either the course's list, for every sampler.
 *
 * A sampler that does not step on from the last entry takes one step fewer than there are entries, so it gets an extra one.
 * Throws a UserError when both are given, or when `steps` is not a whole number in 1..1000 (1..999 for such samplers).
 */
export function timestepsFor({ sampler, steps, timesteps }: TimestepChoice): readonly number[] {
	if (timesteps !== undefined) {
		if (steps !== undefined) {
			throw new UserError(`Give either steps or timesteps, not both: ${timesteps} has steps of its own.`);
		}
		return timestepTable(timesteps);
	}
	if (steps === undefined) return COURSE_TIMESTEPS;
	const extra = extraEntries(sampler);
	const most = TRAINED_TIMESTEPS - extra;
	if (!Number.isInteger(steps) || steps < 1 || steps > most) {
		throw new UserError(`The sampler "${sampler}" takes a whole number of steps from 1 to ${most}, not ${steps}.`);
	}
	return leading(steps + extra);
}

/** How many more entries than steps a list has: one, unless the sampler steps on from the last entry. */
const extraEntries = (sampler: SamplerName) => (SAMPLERS[sampler].landing === 'clean' ? 0 : 1);

/**
 * diffusers' "leading" spacing: multiples of ⌊1000 / length⌋, the last entry 0. At the course's length it is the course's
 * list, so that naming the default number of steps changes nothing.
 */
function leading(length: number): readonly number[] {
	if (length === COURSE_TIMESTEPS.length) return COURSE_TIMESTEPS;
	const stride = Math.floor(TRAINED_TIMESTEPS / length);
	return Array.from({ length }, (_, i) => (length - 1 - i) * stride);
}

/** A list that starts below this timestep is visibly short of pure noise: at 850 a quarter of the amplitude is signal. */
const NOISY_ENOUGH = 850;

/** List lengths that divide 1000, or nearly do, from the shortest that looks good. */
const GOOD_LENGTHS = [20, COURSE_TIMESTEPS.length, 50, 100, 250, 500, TRAINED_TIMESTEPS];

/**
 * A note for people who sample from pure noise along a list that starts well below it, as diffusers' spacing does when 1000
 * is not a multiple of the length. Empty for other lists.
 */
export function spacingNotes(choice: TimestepChoice): string[] {
	const [first] = timestepsFor(choice);
	if (first >= NOISY_ENOUGH) return [];
	const better = GOOD_LENGTHS.map((length) => length - extraEntries(choice.sampler));
	return [
		`These steps start at timestep ${first} of 999, short of pure noise, as diffusers spaces them; ${better.slice(0, -1).join(', ')} or ${better.at(-1)} steps look better.`,
	];
}

/** Throws a RangeError unless `timesteps` is a non-empty, strictly descending list of integers in 0..`T` − 1. */
export function assertTimesteps(timesteps: readonly number[], T: number): void {
	if (timesteps.length === 0) throw new RangeError('timesteps: the list is empty');
	timesteps.forEach((t, i) => {
		if (!Number.isInteger(t) || t < 0 || t >= T) {
			throw new RangeError(`timesteps: entry ${i} is ${t}, expected an integer in 0..${T - 1}`);
		}
		if (i > 0 && t >= timesteps[i - 1]) {
			throw new RangeError(`timesteps: entry ${i} is ${t}, expected less than ${timesteps[i - 1]} before it`);
		}
	});
}
