/** The contract of every network that reads prompts. */
import type { Device } from '../device.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** The number of tokens that a prompt is cut or padded to, as in DeepFloyd IF's training. */
export const TEXT_LENGTH = 77;

/** The lowest finite fp32 number: added to the scores of padding tokens, it makes them 0 after the softmax. */
export const MASKED = -3.4028234663852886e38;

export interface TextEncoder {
	readonly width: number;
	/** The only prompts that it reads, if it only has embeddings of some; absent: it reads any. */
	readonly knownPrompts?: readonly string[];
	/** A prompt in the form in which it is read: prompts with the same form have the same embedding. */
	normalise(prompt: string): string;
	/** The known prompt that a different one is read as; undefined: it is read as it is. Absent: the encoder reads any. */
	readAs?(prompt: string): string | undefined;
	/** One vector per token of a normalised prompt, padding included: [77, width]. */
	encode(text: string): Promise<Tensor>;
	/** The number of tokens of a normalised prompt that do not fit and are cut off; does not run the network. */
	tokensCut(text: string): number;
	/** Frees the memory. */
	close(): Promise<void>;
}

/** Opens text_encoder/ and tokenizer/ of a model directory. Throws a ModelError that names what is damaged. */
export type OpenTextEncoder = (directory: string, device: Device) => Promise<TextEncoder>;
