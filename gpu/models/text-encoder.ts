/** The contract of every network that reads prompts. */
import type { Device } from '../onnx/session.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Tokens that a prompt is cut or padded to, as DeepFloyd IF was trained. */
export const TEXT_LENGTH = 77;

export interface EncodedPrompt {
	/** One vector per token, padding included: [77, width]. */
	readonly embedding: Tensor;
	/** Tokens that did not fit and were left out. */
	readonly tokensCut: number;
}

export interface TextEncoder {
	readonly width: number;
	encode(prompt: string): Promise<EncodedPrompt>;
	/** The number of tokens that encode() would cut; does not run the network. */
	tokensCut(prompt: string): number;
	/** Frees the memory. */
	close(): Promise<void>;
}

/** Opens text_encoder/ and tokenizer/ of a model directory. Throws a ModelError that names what is damaged. */
export type OpenTextEncoder = (directory: string, device: Device) => Promise<TextEncoder>;
