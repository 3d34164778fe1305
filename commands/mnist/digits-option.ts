/** Digits and noise levels as they are typed. */
import {
	COURSE_SIGMAS,
	type DigitSource,
	MAX_SIGMA,
	MAX_SIGMAS,
	MAX_SOURCES,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { ImageOption, TextOption, Upload } from '../lib/options.ts';
import { MAX_QUOTED, shorten } from '../lib/shorten.ts';

/** More than this many side by side would be stamp-sized. */
export const MAX_COLUMNS = 16;

/** @throws {UserError} unless these are 1 to `most` digits, perhaps with blanks or commas between them */
export function digitsOf(text: string, name: string, most: number): number[] {
	const digits = [...text.replace(/[\s,]/g, '')];
	if (digits.length >= 1 && digits.length <= most && digits.every((digit) => /[0-9]/.test(digit))) {
		return digits.map(Number);
	}
	throw new UserError(
		`${name} must be ${most === 1 ? 'a digit' : `1 to ${most} digits`} from 0 to 9; got "${shorten(text, MAX_QUOTED)}".`,
	);
}

export const imageOption = {
	kind: 'image',
	label: 'Picture of a digit',
	summary: 'A drawn or photographed digit; it is made to look like the training data',
	positional: true,
} as const satisfies ImageOption;

export const digitOption = {
	kind: 'text',
	label: 'Or a digit of the test set',
	summary: 'Without a picture: test digits that show these, 77 for two different sevens; default: 7',
	maxLength: 2 * MAX_SOURCES,
	example: '123',
} as const satisfies TextOption;

/** @param standard the levels used if none are given */
export function sigmaOption(standard: readonly number[]) {
	return {
		kind: 'text',
		label: 'Amounts of noise (sigma)',
		summary: `Standard deviations of the noise, 0 to ${MAX_SIGMA}, separated by commas; pixels are 0 to 1`,
		maxLength: 60,
		default: standard.join(','),
		example: COURSE_SIGMAS.join(','),
	} as const satisfies TextOption;
}

/** Spread evenly on either side of halfway. */
const USUAL_TIMES = '0.2,0.4,0.6,0.8';

export const timesOption = {
	kind: 'text',
	label: 'Times to start at (t)',
	summary: 'For a flow: the times to start at, from 0 (noise) to below 1 (the digit)',
	maxLength: 60,
	default: USUAL_TIMES,
	example: '0.3,0.6',
} as const satisfies TextOption;

/** @throws {UserError} when both are given, or the text is anything but digits */
export function sourcesOf(image: Upload | undefined, text: string | undefined): DigitSource[] {
	if (image && text !== undefined) throw new UserError('Give either a picture or test digits, not both.');
	if (image) return [{ from: 'image', image: image.blob }];
	const digits = digitsOf(text ?? '7', 'digit', MAX_SOURCES);
	return digits.map((digit, i) => {
		const nth = digits.slice(0, i).filter((before) => before === digit).length;
		return { from: 'test', digit, nth };
	});
}

/** "A 7 from the test set", or the name of the picture: the start of a sentence. */
export function nameSource(source: DigitSource, image: Upload | undefined): string {
	return source.from === 'test' ? `A ${source.digit} from the test set` : (image?.name ?? 'A picture');
}

/** @throws {UserError} unless these are levels of noise */
export function sigmasOf(text: string): number[] {
	const sigmas = numbersOf(text, (sigma) => sigma <= MAX_SIGMA);
	if (sigmas) return sigmas;
	throw new UserError(
		`sigma must be 1 to ${MAX_SIGMAS} numbers from 0 to ${MAX_SIGMA}, for example 0.5 or ${COURSE_SIGMAS.join(',')}; got "${shorten(text, MAX_QUOTED)}".`,
	);
}

/** @throws {UserError} unless these are times of a flow before its end */
export function timesOf(text: string): number[] {
	const times = numbersOf(text, (t) => t < 1);
	if (times) return times;
	throw new UserError(
		`t must be 1 to ${MAX_SIGMAS} numbers from 0 to below 1, for example 0.5 or ${USUAL_TIMES}; got "${shorten(text, MAX_QUOTED)}".`,
	);
}

/** Different decimals, separated by commas or blanks; undefined when there are none, too many, or some that do not fit. */
function numbersOf(text: string, fits: (value: number) => boolean): number[] | undefined {
	const parts = text.split(/[,\s]+/).filter((part) => part !== '');
	const numbers = [...new Set(parts.map(Number))];
	const areFitting = parts.every((part) => /^\d*\.?\d+$/.test(part) && fits(Number(part)));
	return areFitting && numbers.length >= 1 && numbers.length <= MAX_SIGMAS ? numbers : undefined;
}
