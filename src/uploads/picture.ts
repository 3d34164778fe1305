/** Turns pictures that people send into what jobs use: recognised by their first bytes, and decoded by a reader. */
import { UserError } from '../../gpu/jobs/index.ts';
import { formatProblem } from './picture-formats.ts';
import type { ReadPicture } from './reader-protocol.ts';
import { decoders } from './reading.ts';

/**
 * @returns what decodePicture makes of it
 * @throws {UserError} when the file is damaged, is not a PNG, JPEG, WebP, GIF or AVIF picture, or takes too long or too much
 *   memory to read
 */
export async function uprightPng(bytes: Uint8Array, label: string, signal?: AbortSignal): Promise<ReadPicture> {
	const problem = formatProblem(bytes, label);
	if (problem) throw new UserError(problem);
	const tooMuch = `${label} takes too much memory to read; save it again as a plain PNG or JPEG, or smaller.`;
	const tooLong = `${label} could not be read in time; send it again, or a smaller one.`;
	return decoders.ask('picture', { bytes, label }, { tooMuch, tooLong, signal });
}

/** One black pixel. */
const SMALLEST = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
	'base64',
);

/** Starts a reader, so that the first picture that somebody sends does not have to wait for it. */
export async function warmUp(): Promise<void> {
	await uprightPng(SMALLEST, 'the smallest picture');
}
