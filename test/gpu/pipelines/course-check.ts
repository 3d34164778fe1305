/** The values that test/fixtures/course/check.py computed, and the error of a picture. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';

/** Base64 of grey levels, every `every`-th pixel in both directions. */
type Levels = string;
export type ByTimestep = Readonly<Record<string, Levels>>;

interface Check {
	readonly every: number;
	readonly seed: number;
	readonly guidance: number;
	readonly forward: ByTimestep;
	readonly blur: { readonly sigma: number; readonly kernel: number; readonly results: ByTimestep };
	readonly oneStep: ByTimestep;
	readonly iterative: { readonly start: number; readonly states: ByTimestep; readonly result: Levels };
	readonly sample: Levels;
	readonly guided: Levels;
	readonly edits: Readonly<Record<string, Levels>>;
	readonly inpainting: { readonly region: [number, number, number, number]; readonly result: Levels };
	readonly anagram: Levels;
	readonly hybrid: Levels;
	readonly digits: {
		/** Base64 of an fp32 value for each timestep. */
		readonly alphasCumprod: string;
		/** Keyed by σ. */
		readonly noisy: Readonly<Record<string, Levels>>;
		readonly sample: Levels;
		readonly guidance: number;
		/** Keyed by digit. */
		readonly guided: Readonly<Record<string, Levels>>;
	};
}

export const check: Check = JSON.parse(
	readFileSync(new URL('../../fixtures/course/check.json', import.meta.url), 'utf8'),
);

/**
 * The largest error over the recorded pixels, in grey levels.
 *
 * @param pixels [3, S, S]; only one channel is recorded for a digit
 */
export function levelsApart({ data, shape: [, , size] }: Tensor, expected: Levels, channels = 3): number {
	const bytes = Buffer.from(expected, 'base64');
	const side = size / check.every;
	expect(bytes).toHaveLength(channels * side ** 2);
	const apart = [...bytes].map((level, i) => {
		const [channel, row, column] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
		const value = data[(channel * size + row * check.every) * size + column * check.every];
		return Math.abs(Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5) - level);
	});
	return Math.max(...apart);
}
