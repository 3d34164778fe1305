/** The contract of every network that reads prompts. */
import type { Device } from '../device.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Tokens that a prompt is cut or padded to, as DeepFloyd IF was trained. */
export const TEXT_LENGTH = 77;

/** The lowest finite fp32 number: added to the scores of padding tokens, it leaves them nothing after the softmax. */
export const MASKED = -3.4028234663852886e38;

export interface TextEncoder {
	readonly width: number;
	/** The only prompts that it reads, where it has embeddings of some alone; absent: it reads any. */
	readonly knownPrompts?: readonly string[];
	/** A prompt in the form in which it is read: prompts of the same form have the same embedding. */
	normalise(prompt: string): string;
	/** The known prompt that it takes another one for; undefined: none, it reads that one. Absent: it reads any. */
	readAs?(prompt: string): string | undefined;
	/** One vector per token of a normalised prompt, padding included: [77, width]. */
	encode(text: string): Promise<Tensor>;
	/** Tokens of a normalised prompt that do not fit and are left out; does not run the network. */
	tokensCut(text: string): number;
	/** Frees the memory. */
	close(): Promise<void>;
}

/** Opens text_encoder/ and tokenizer/ of a model directory. Throws a ModelError that names what is damaged. */
export type OpenTextEncoder = (directory: string, device: Device) => Promise<TextEncoder>;
