/** The rows and columns of a comparison: an option of the sampling, and its values. */
import { UserError } from '../../gpu/jobs/index.ts';
import { splitAxis } from '../lib/axis-text.ts';
import { or } from '../lib/lists.ts';
import type { OptionSpecs } from '../lib/options.ts';
import { parseOptions } from '../lib/parse-options.ts';
import { describeSteps, samplingOptions } from '../lib/sampling.ts';

/** What a cell is asked for in addition to what all cells have in common. */
export type CellValues = Readonly<Record<string, string | number>>;

export interface Axis {
	readonly name: string;
	readonly values: readonly (string | number)[];
}

const { steps, guidance, eta, seed } = samplingOptions('ddpm');

/** The options that rows and columns of one's own can vary. */
const NUMERIC = { steps, guidance, eta, seed } satisfies OptionSpecs;

/** More in a row would be stamp-sized on a phone, and more rows would be too tall for a sheet. */
export const MAX_VALUES = 6;

/** Reads "guidance=1,3,7". Throws a UserError that shows how it is written. */
export function parseAxis(option: string, text: string): Axis {
	const axis = splitAxis(text);
	if (!axis || !Object.hasOwn(NUMERIC, axis.name)) {
		const names = or.format(Object.keys(NUMERIC));
		throw new UserError(`${option} must be ${names}, "=", and numbers, such as guidance=1,3,7; not "${text}".`);
	}
	const { name } = axis;
	const spec = { [name]: NUMERIC[name as keyof typeof NUMERIC] };
	const values = axis.values.map(
		(value) => parseOptions('compare', spec, { [name]: value }, NOTHING_ELSE)[name] as number,
	);
	return axisOf(option, name, values);
}

/** No option of an axis needs either. */
const NOTHING_ELSE = { models: { usable: [], damaged: [] }, drawSeed: () => 0 };

/** Each value once, in order. Throws a UserError when there are too many. */
export function axisOf(option: string, name: string, given: readonly (string | number)[]): Axis {
	const values = [...new Set(given)];
	if (values.length > MAX_VALUES) {
		throw new UserError(`${option} takes at most ${MAX_VALUES} values, not ${values.length}; leave some out.`);
	}
	return { name, values };
}

/** What a row or column is called: "ddpm", "20 steps", "guidance 3". */
export function titleOf({ name }: Axis, value: string | number): string {
	if (name === 'sampler') return String(value);
	if (name === 'steps') return describeSteps(Number(value));
	return `${name} ${value}`;
}
