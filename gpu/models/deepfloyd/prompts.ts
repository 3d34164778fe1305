/** What the UNet needs to know of a prompt: worked out once and kept for the 16 prompts used last. */
import type { Session } from '../../onnx/session.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import type { TextEncoder } from '../text-encoder.ts';

/** The prompt graph's outputs by name, each [1, ...]. */
export type PromptFeatures = Readonly<Record<string, Tensor>>;

/** Prompts, the one unused for longest goes first. Enough for several people with two prompts each and the unconditional one. */
const CAPACITY = 16;

export class PromptCache {
	readonly #encoder: TextEncoder;
	readonly #promptGraph: Session;
	/** In the order of their last use, the oldest first. */
	readonly #features = new Map<string, Promise<PromptFeatures>>();

	constructor(encoder: TextEncoder, promptGraph: Session) {
		this.#encoder = encoder;
		this.#promptGraph = promptGraph;
	}

	get(prompt: string): Promise<PromptFeatures> {
		const text = normalisePrompt(prompt);
		const features = this.#features.get(text) ?? this.#work(text);
		this.#features.delete(text);
		this.#features.set(text, features);
		// A failure is not kept: the next call tries again.
		features.catch(() => this.#features.delete(text));
		for (const oldest of this.#features.keys()) {
			if (this.#features.size <= CAPACITY) break;
			this.#features.delete(oldest);
		}
		return features;
	}

	async #work(text: string): Promise<PromptFeatures> {
		const { embedding } = await this.#encoder.encode(text); // [77, textWidth]
		return this.#promptGraph.run({ encoder_hidden_states: tensor(embedding.data, [1, ...embedding.shape]) });
	}
}

/** As DeepFloyd IF reads prompts: lower case, no space around. */
export function normalisePrompt(prompt: string): string {
	return prompt.toLowerCase().trim();
}
