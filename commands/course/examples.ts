/** The pictures that come with the bot for the course's figures; assets/examples/draw.ts draws them. */
import { readFile } from 'node:fs/promises';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import type { Upload } from '../lib/options.ts';

export type Example = 'tower' | 'fruit' | 'bay' | 'penguin' | 'house-sketch' | 'rocket-sketch';

/** Stores the example, so that a request may name it as if somebody had uploaded it. */
export async function loadExample(blobs: BlobStore, example: Example): Promise<Upload> {
	const name = `${example}.png`;
	const bytes = await readFile(new URL(`../../assets/examples/${name}`, import.meta.url));
	return { blob: await blobs.put(bytes), name };
}
