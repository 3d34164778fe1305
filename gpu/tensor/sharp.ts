/**
 * The library that reads and writes pictures, loaded with the first one: that takes longer than all else of the commands together,
 * and a tenth of the time until an inference process is ready.
 */
import { createRequire } from 'node:module';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';

const require = createRequire(import.meta.url);

/** Loads the library, so that the first picture need not wait for it. */
export const loadSharp = (): void => void require('sharp');

/** As the library's own function. */
export function sharp(input?: SharpInput | SharpOptions, options?: SharpOptions): Sharp {
	return require('sharp')(input, options);
}
