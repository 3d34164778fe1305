/** What the person who sent a picture should know about how the network sees it. */
import type { BlobRef } from '../jobs/index.ts';
import { isOpaque } from '../tensor/image.ts';
import type { PipelineContext } from './pipeline.ts';

/** One sentence for a picture with transparent parts: networks see only three colours. */
export async function pictureNotes(
	image: BlobRef,
	{ loadBytes }: Pick<PipelineContext, 'loadBytes'>,
): Promise<string[]> {
	return (await isOpaque(await loadBytes(image))) ? [] : ['Transparent parts of the picture were treated as white.'];
}
