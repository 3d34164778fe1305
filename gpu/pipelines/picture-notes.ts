/** What the person who sent a picture should know of how the network sees it. */
import type { BlobRef } from '../jobs/index.ts';
import { isOpaque } from '../tensor/image.ts';
import type { PipelineContext } from './pipeline.ts';

/** One sentence for a picture that one can see through: networks know three colours and nothing else. */
export async function pictureNotes(
	image: BlobRef,
	{ loadBytes }: Pick<PipelineContext, 'loadBytes'>,
): Promise<string[]> {
	return (await isOpaque(await loadBytes(image))) ? [] : ['Where the picture is transparent, white was taken.'];
}
