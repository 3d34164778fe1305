/** One random batch for a UNet, without a text encoder. */
import { type NoiseSource, TorchGenerator } from '../diffusion/noise.ts';
import type { UNetConfig } from '../models/deepfloyd/config.ts';
import { TEXT_LENGTH } from '../models/text-encoder.ts';
import type { Session } from '../onnx/session.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** One batch. */
export interface Inputs {
	/** [B, inChannels, S, S] */
	readonly sample: Tensor;
	/** [B] */
	readonly timestep: Tensor;
	/** Stage II only, [B]. */
	readonly noise_level?: Tensor;
	/** [B, 77, textWidth] */
	readonly encoder_hidden_states: Tensor;
}

export const T = 500;
export const NOISE_LEVEL = 250;

/** Random pictures and prompts, the same for the same arguments. */
export function randomInputs(config: UNetConfig, batch: number): Inputs {
	const source: NoiseSource = new TorchGenerator(0);
	const each = (value: number): Tensor => ({ data: new Float32Array(batch).fill(value), shape: [batch] });
	return {
		sample: source.randn([batch, config.inChannels, config.sampleSize, config.sampleSize]),
		timestep: each(T),
		...(config.hasNoiseLevel && { noise_level: each(NOISE_LEVEL) }),
		encoder_hidden_states: source.randn([batch, TEXT_LENGTH, config.textWidth]),
	};
}

/** The feeds of the step graph. Runs the prompt graph once. */
export async function prepareFeeds(
	{ prompt }: { readonly prompt: Session },
	{ encoder_hidden_states, ...pictures }: Inputs,
): Promise<Record<string, Tensor>> {
	return { ...(await prompt.run({ encoder_hidden_states })), ...pictures };
}
