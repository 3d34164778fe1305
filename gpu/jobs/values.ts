/** Values that jobs of several kinds are made of. */
import { z } from 'zod';

/** Seeds are PyTorch's manual_seed over the range that its mt19937 engine keeps whole. */
export const MAX_SEED = 2 ** 32 - 1;

export const seed = z.int().min(0).max(MAX_SEED);

/** A reference to bytes in the blob store: the SHA-256 of the content, in hex. */
export const blobRef = z.string().regex(/^[0-9a-f]{64}$/);
export type BlobRef = z.infer<typeof blobRef>;
