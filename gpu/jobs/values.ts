/** Values that several kinds of jobs share. */
import { z } from 'zod';
import { MAX_SEED } from '../diffusion/seeds.ts';
import { FITS } from '../tensor/fit.ts';

export const seed = z.int().min(0).max(MAX_SEED);

/** A reference to bytes in the blob store: the SHA-256 of the content, in hex. */
export const blobRef = z.string().regex(/^[0-9a-f]{64}$/);
export type BlobRef = z.infer<typeof blobRef>;

/** How a picture of any size is fitted to the model's square; absent: cropped to its middle. */
export const fit = z.enum(FITS).optional();
