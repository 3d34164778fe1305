/** Makes a prompted network, given as two graphs and a text encoder, into a Denoiser that batches by itself. */
import type { Estimate } from '../../diffusion/estimate.ts';
import type { ModelError } from '../../errors.ts';
import type { LoadedGraph } from '../../onnx/session.ts';
import { allFinite } from '../../tensor/tensor.ts';
import type { Denoiser, OpenedDenoiser } from '../denoiser.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { Batcher } from './batcher.ts';
import { assertFits, type Call, callStacker, type ReadyCall, splitEstimate } from './calls.ts';
import { promptReader } from './prompts.ts';

export interface PromptedNetwork extends Pick<Denoiser, 'shape' | 'schedule' | 'faithful'> {
	/** The error to throw when the network outputs NaN. */
	readonly whyNaN: () => Promise<ModelError>;
	/** Stage II: every call must have a low-resolution picture and its noise level. */
	readonly takesLowResolution: boolean;
	readonly encoder: TextEncoder;
	/** Allowed batch sizes; must include 1. */
	readonly sizes: readonly number[];
	/** Runs once per prompt. Input `encoder_hidden_states` [1, n, width]; outputs are inputs of `step`, each [1, ...]. */
	readonly prompt: LoadedGraph;
	/**
	 * Runs once per step. Inputs `sample` [B, C or 2C, H, W], `timestep` [B], in stage II `noise_level` [B], and the outputs of
	 * `prompt`. Output `estimate` [B, C or 2C, H, W].
	 */
	readonly step: LoadedGraph;
}

/** The denoiser closes the sessions and the encoder. */
export function createBatchingDenoiser(network: PromptedNetwork): OpenedDenoiser {
	const { whyNaN, shape, schedule, faithful, takesLowResolution, encoder, sizes, prompt, step } = network;
	const stackCalls = callStacker(takesLowResolution);
	const batcher = new Batcher<Call, ReadyCall, Estimate>({
		sizes,
		prepare: async (call) => ({ ...call, features: await call.readPrompt() }),
		run: async (batch) => {
			const { estimate } = await step.run(stackCalls(batch));
			if (!allFinite(estimate)) throw await whyNaN();
			return batch.map((_, i) => splitEstimate(estimate, i, shape[0]));
		},
	});

	/** A Denoiser that reads prompts with `reader`; all of them share the networks and the batches. */
	function readingBy(reader: TextEncoder): Denoiser {
		const read = promptReader(reader, prompt);
		return {
			shape,
			schedule,
			faithful,
			async predict(x, t, condition) {
				assertFits(x, t, condition, shape, takesLowResolution);
				return batcher.submit({ x, t, condition, readPrompt: () => read(reader.normalise(condition.prompt)) });
			},
			readAs: (text) => reader.readAs?.(text),
			tokensCut: async (text) => reader.tokensCut(reader.normalise(text)),
		};
	}

	return {
		...readingBy(encoder),
		encoder,
		readingBy,
		async close() {
			await Promise.all([step.close(), prompt.close(), encoder.close()]);
		},
	};
}
