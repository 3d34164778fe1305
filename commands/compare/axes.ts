/** The rows and columns of a comparison: an option of the sampling, and its values. */
import { UserError } from '../../gpu/jobs/index.ts';
import type { OptionSpecs } from '../lib/options.ts';
import { parseOptions } from '../lib/parse-options.ts';
import { samplingOptions } from '../lib/sampling.ts';

/** What a cell is asked for besides all that the cells have in common. */
export type CellValues = Readonly<Record<string, string | number>>;

export interface Axis {
	readonly name: string;
	readonly values: readonly (string | number)[];
}

const { steps, guidance, eta, seed } = samplingOptions('ddpm');

/** What rows and columns of one's own can be of. */
const NUMERIC = { steps, guidance, eta, seed } satisfies OptionSpecs;

const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(Object.keys(NUMERIC));

/** More in a row are stamps on a phone, and more rows no sheet. */
export const MAX_VALUES = 6;

/** "guidance=1,3,7". Throws a UserError that shows how it is written. */
export function parseAxis(option: string, text: string): Axis {
	const [, name = '', list = ''] = /^\s*([a-z]+)\s*[=:]\s*(.+)$/i.exec(text) ?? [];
	const key = name.toLowerCase();
	const isKnown = Object.hasOwn(NUMERIC, key);
	if (!isKnown || list === '') {
		throw new UserError(`${option} must be ${names}, "=", and numbers, such as guidance=1,3,7; not "${text}".`);
	}
	const values = list.split(',').map((value) => {
		const spec = { [key]: NUMERIC[key as keyof typeof NUMERIC] };
		return parseOptions('compare', spec, { [key]: value.trim() }, NOTHING_ELSE)[key] as number;
	});
	return axisOf(option, key, values);
}

/** No option of an axis asks for either. */
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
	if (name === 'steps') return `${value} step${value === 1 ? '' : 's'}`;
	return `${name} ${value}`;
}
