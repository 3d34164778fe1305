/** Values that several kinds of jobs share. */
import * as z from 'zod';
import { MAX_SEED } from '../diffusion/seeds.ts';
import { FITS } from '../tensor/fit.ts';

export const seed = z.int().min(0).max(MAX_SEED);

const BLOB_REF = /^[0-9a-f]{64}$/;

/** A reference to bytes in the blob store: the SHA-256 of the content, in hex. */
export const blobRef = z.string().regex(BLOB_REF);
export type BlobRef = z.infer<typeof blobRef>;

/** The same without a schema, for where every text is asked. */
export const isBlobRef = (text: string): text is BlobRef => BLOB_REF.test(text);

/** How a picture of any size is fitted to the model's square; absent: cropped to its middle. */
export const fit = z.enum(FITS).optional();
