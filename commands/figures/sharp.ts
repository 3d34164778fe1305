/**
 * The library that reads and writes pictures, loaded with the first one: that takes longer than all else of the commands together,
 * and whoever only asks what commands there are needs none.
 */
import { createRequire } from 'node:module';
import type { Sharp, SharpInput, SharpOptions } from 'sharp';

const require = createRequire(import.meta.url);

/** As the library's own function. */
export function sharp(input?: SharpInput | SharpOptions, options?: SharpOptions): Sharp {
	return require('sharp')(input, options);
}
