/** What a network needs from a prompt: computed once and kept for the 16 most recently used prompts. */
import type { LoadedGraph } from '../../onnx/session.ts';
import { remember } from '../../remember.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { TextEncoder } from '../text-encoder.ts';

/** The prompt graph's outputs by name, each [1, ...]. */
export type PromptFeatures = Readonly<Record<string, Tensor>>;

/** Prompts kept; the least recently used goes first. Enough for several people's two prompts and the unconditional one. */
const CAPACITY = 16;

/** Returns a function that computes a prompt's features. */
export function promptReader(
	encoder: TextEncoder,
	promptGraph: LoadedGraph,
): (prompt: string) => Promise<PromptFeatures> {
	const read = async (prompt: string) => {
		const embedding = await encoder.encode(prompt); // [77, textWidth]
		return promptGraph.run({ encoder_hidden_states: tensor(embedding.data, [1, ...embedding.shape]) });
	};
	return remember(read, { max: CAPACITY });
}
