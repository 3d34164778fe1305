/** A model directory's T5 as a text encoder. It is large, so it is loaded only when a prompt comes. */
import { join } from 'node:path';
import { cleanCaption } from '../../clean-caption.ts';
import type { Device } from '../../device.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { openSentencePiece } from '../sentencepiece/tokenizer.ts';
import { TEXT_LENGTH, type TextEncoder } from '../text-encoder.ts';
import type { Tokens } from '../tokenizer.ts';
import { openWeightFiles, type WeightFiles } from '../weight-files.ts';
import { readT5Config } from './config.ts';
import { T5Network } from './network.ts';
import { Rounds } from './rounds.ts';

/**
 * Opens text_encoder/ and tokenizer/ of `directory`. Throws a ModelError that names what is damaged, as far as that shows
 * without the weights' values.
 */
export async function openT5(directory: string, device: Device): Promise<TextEncoder> {
	const { config, tokenize, network } = await readT5(directory, device);
	// A prompt and the unconditional one come together, so each piece is loaded once for both.
	const rounds = new Rounds<Tokens, Tensor>((prompts) => network.encode(prompts));
	return {
		width: config.d_model,
		normalise: cleanCaption,
		encode: (text) => rounds.join(tokenize(text)),
		tokensCut: (text) => tokenize(text).cut,
		close: () => network.close(),
	};
}

/** @returns the weights. Throws as openT5 does. */
export const checkT5 = async (directory: string): Promise<WeightFiles> =>
	(await readT5(directory, { provider: 'cpu', threads: 1 })).weightFiles;

/** Reads everything but the weights' values. */
async function readT5(directory: string, device: Device) {
	const folder = join(directory, 'text_encoder');
	const config = await readT5Config(join(folder, 'config.json'));
	const tokenize = await openSentencePiece(directory, { length: TEXT_LENGTH, padId: config.pad_token_id });
	const weightFiles = await openWeightFiles(folder, device.provider === 'cpu' ? 'full' : 'half');
	return { config, tokenize, weightFiles, network: new T5Network(config, weightFiles, device) };
}
