/** Files of prompt embeddings, as people send them. */
import { RawTensor } from '../../gpu/models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../gpu/models/pytorch/write-tensor-file.ts';

/** The text width of the fake models. */
export const FAKE_WIDTH = 384;

/** A .pth for these prompts, with the same value in all embeddings. */
export function embeddingsOf(prompts: readonly string[], { width = FAKE_WIDTH, value = 0.5 } = {}): Uint8Array {
	const embedding = () => {
		const data = new Float32Array(77 * width).fill(value);
		return new RawTensor('float32', [1, 77, width], new Uint8Array(data.buffer));
	};
	return writeTensorFile(new Map(prompts.map((prompt) => [prompt, embedding()])));
}

/** A file of embeddings to upload, as `sketch` is a picture. */
export const pth = (prompts: readonly string[], name = 'own.pth', width = FAKE_WIDTH) => {
	return { name, type: 'application/octet-stream', bytes: Buffer.from(embeddingsOf(prompts, { width })) };
};
