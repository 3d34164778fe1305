/** What a network needs to know of a prompt: worked out once and kept for the 16 prompts used last. */
import type { Session } from '../../onnx/session.ts';
import { remember } from '../../remember.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { TextEncoder } from '../text-encoder.ts';

/** The prompt graph's outputs by name, each [1, ...]. */
export type PromptFeatures = Readonly<Record<string, Tensor>>;

/** Prompts, the one unused for longest goes first. Enough for several people with two prompts each and the unconditional one. */
const CAPACITY = 16;

/** How to get the features of a prompt. */
export function promptReader(encoder: TextEncoder, promptGraph: Session): (prompt: string) => Promise<PromptFeatures> {
	const read = async (prompt: string) => {
		const embedding = await encoder.encode(prompt); // [77, textWidth]
		return promptGraph.run({ encoder_hidden_states: tensor(embedding.data, [1, ...embedding.shape]) });
	};
	return remember(read, { max: CAPACITY });
}
