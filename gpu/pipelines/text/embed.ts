/** Writes prompts as the course's file has them: a torch.save dictionary, prompt -> embedding [1, 77, width], half precision. */
import { toFloat16Bits } from '../../models/float16.ts';
import { RawTensor } from '../../models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../models/pytorch/write-tensor-file.ts';
import { promptNotes } from '../prompts.ts';
import type { TextPipeline } from './pipeline.ts';

export const embed: TextPipeline<'embed'> = async ({ prompts }, { encoder, signal }) => {
	const embeddings = new Map<string, RawTensor>();
	for (const prompt of new Set(prompts)) {
		const { data, shape } = await encoder.encode(encoder.normalise(prompt)); // [77, width]
		signal.throwIfAborted();
		const halves = Uint16Array.from(data, toFloat16Bits);
		embeddings.set(prompt, new RawTensor('float16', [1, ...shape], new Uint8Array(halves.buffer)));
	}
	const tokensCut = async (prompt: string) => encoder.tokensCut(encoder.normalise(prompt));
	return { file: writeTensorFile(embeddings), notes: await promptNotes({ tokensCut }, prompts) };
};
