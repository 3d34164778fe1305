/** Reads the prompts whose embeddings a job brings along. */

import { ModelError, UserError } from '../errors.ts';
import type { BlobRef } from '../jobs/index.ts';
import type { Denoiser, OpenedDenoiser } from '../models/denoiser.ts';
import { parsePromptEmbeddings } from '../models/embeddings/dictionary.ts';
import { embeddingsEncoder } from '../models/embeddings/encoder.ts';
import type { BlobStore } from '../queue/blobs.ts';
import { remember } from '../remember.ts';

/** How many files stay in memory; each has a few megabytes. */
const KEPT_FILES = 4;

const openFile = remember(
	async (ref: BlobRef, blobs: Pick<BlobStore, 'get'>) =>
		parsePromptEmbeddings(Buffer.from(await blobs.get(ref)), 'The file of embeddings'),
	{ max: KEPT_FILES, key: (ref) => ref },
);

/** The model, reading prompts from those files before it uses its own text encoder, and notes about the files. */
export async function readingBrought(
	refs: readonly BlobRef[],
	opened: OpenedDenoiser,
	blobs: Pick<BlobStore, 'get'>,
): Promise<{ denoiser: Denoiser; notes: readonly string[] }> {
	const files = await Promise.all(refs.map((ref) => openFile(ref, blobs))).catch((error: unknown) => {
		// The person who brought the file can fix it.
		throw error instanceof ModelError ? new UserError(`${error.message}.`, { cause: error }) : error;
	});
	const { width } = opened.encoder;
	const [fitting, others] = [true, false].map((fits) => files.filter((file) => (file.width === width) === fits));
	const notes = others.map(
		(file) => `Embeddings of width ${file.width} were not used: this model reads those of width ${width}.`,
	);
	return { denoiser: opened.readingBy(embeddingsEncoder(width, fitting, opened.encoder)), notes };
}
