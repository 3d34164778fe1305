/** A UNet's two networks and random inputs for them, without a text encoder. */
import { join } from 'node:path';
import type { Device } from '../gpu/device.ts';
import { type NoiseSource, TorchGenerator } from '../gpu/diffusion/noise.ts';
import type { UNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { type GraphOptions, promptGraph, stepGraph } from '../gpu/models/deepfloyd/unet.ts';
import { TEXT_LENGTH } from '../gpu/models/text-encoder.ts';
import { openWeightFiles } from '../gpu/models/weight-files.ts';
import { Weights } from '../gpu/models/weights.ts';
import { toModel } from '../gpu/onnx/model.ts';
import { openSession, type Session } from '../gpu/onnx/session.ts';
import type { Tensor } from '../gpu/tensor/tensor.ts';

export interface Networks {
	readonly prompt: Session;
	readonly step: Session;
}

/** Does what openUNet does, but writes the graphs as `options` says. */
export async function openNetworks(
	folder: string,
	config: UNetConfig,
	device: Device,
	options: GraphOptions,
): Promise<Networks> {
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const [prompt, step] = [promptGraph, stepGraph].map((graph) => toModel(graph(config, weights, options)));
	const session = { ...device, prefer: 'speed', weightsFolder: weightFiles.weightsFolder } as const;
	return { prompt: await openSession(prompt, session), step: await openSession(step, session) };
}

export async function closeNetworks({ prompt, step }: Networks): Promise<void> {
	await Promise.all([prompt.close(), step.close()]);
}

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
	{ prompt }: Networks,
	{ encoder_hidden_states, ...pictures }: Inputs,
): Promise<Record<string, Tensor>> {
	return { ...(await prompt.run({ encoder_hidden_states })), ...pictures };
}

/** The unet/ folder of a model directory. */
export function unetFolder(directory: string): string {
	return join(directory, 'unet');
}
