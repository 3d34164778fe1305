/** A model directory's BERT as a text encoder: one vector per token. */
import { join } from 'node:path';
import type { Device } from '../../device.ts';
import { emojiAsWords } from '../../emoji.ts';
import { ModelError } from '../../errors.ts';
import { toModel } from '../../onnx/model.ts';
import { openSession } from '../../onnx/session.ts';
import { encoderState } from '../folder-state.ts';
import { keptReading } from '../kept-reading.ts';
import { MASKED, TEXT_LENGTH, type TextEncoder } from '../text-encoder.ts';
import { openTokenizer } from '../tokenizer.ts';
import { openWeightFiles, type WeightFiles } from '../weight-files.ts';
import { Weights } from '../weights.ts';
import { readBertConfig } from './config.ts';
import { bertGraph } from './graph.ts';

/** Opens text_encoder/ and tokenizer/ of `directory`. Throws a ModelError that names what is damaged. */
export async function openBert(directory: string, device: Device): Promise<TextEncoder> {
	const { config, tokenize, model, weightFiles } = await reading.take(directory);
	const session = await openSession(model, {
		...device,
		// It is small and runs once per prompt: the CPU is fast enough, and integer weights have no kernels on WebGPU.
		provider: 'cpu',
		prefer: 'speed',
		weightsFolder: weightFiles.weightsFolder,
	});
	return {
		width: config.hidden_size,
		// As DeepFloyd IF reads prompts when it does not clean them, but with words instead of emoji.
		normalise: (prompt) => emojiAsWords(prompt.toLowerCase().trim()),
		async encode(text) {
			const { ids, used } = tokenize(text);
			const bias = Float32Array.from(ids, (_, i) => (i < used ? 0 : MASKED));
			const { last_hidden_state: embedding } = await session.run({
				token_ids: { data: ids, shape: [TEXT_LENGTH] },
				attention_bias: { data: bias, shape: [TEXT_LENGTH] },
			});
			return embedding;
		},
		tokensCut: (text) => tokenize(text).cut,
		close: () => session.close(),
	};
}

/** @returns the weights. Throws as openBert does. */
export const checkBert = async (directory: string): Promise<WeightFiles> => (await reading.look(directory)).weightFiles;

const reading = keptReading(readBert, encoderState);

/** Reads everything but the weights' values. */
async function readBert(directory: string) {
	const folder = join(directory, 'text_encoder');
	const config = await readBertConfig(join(folder, 'config.json'));
	if (config.max_position_embeddings < TEXT_LENGTH) {
		throw new ModelError(`${folder}/config.json: field "max_position_embeddings" must be at least ${TEXT_LENGTH}`);
	}
	const tokenize = await openTokenizer(directory, { length: TEXT_LENGTH, padId: config.pad_token_id });
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const model = toModel(bertGraph(config, weights, TEXT_LENGTH));
	weights.ignore('pooler.'); // part of a BertModel that was saved whole; it only processes this encoder's output
	weights.assertAllUsed();
	return { config, tokenize, model, weightFiles };
}
