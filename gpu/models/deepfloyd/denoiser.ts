/** A DeepFloyd IF model directory (diffusers layout) as a Denoiser. */
import { join } from 'node:path';
import { scheduleFromConfig } from '../../diffusion/config.ts';
import type { Estimate } from '../../diffusion/estimate.ts';
import { ModelError } from '../../errors.ts';
import { toModel } from '../../onnx/model.ts';
import { type Device, openSession, type Session } from '../../onnx/session.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { countBytes, openCheckpoint } from '../checkpoint.ts';
import type { Condition, Denoiser } from '../denoiser.ts';
import { readJson } from '../json.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { openTextEncoder } from '../text-encoders.ts';
import { Weights } from '../weights.ts';
import { Batcher } from './batching.ts';
import { pictureChannels, readUNetConfig, type UNetConfig } from './config.ts';
import { normalisePrompt, PromptCache, type PromptFeatures } from './prompts.ts';
import { type GraphOptions, promptGraph, stepGraph } from './unet.ts';

/** Batch sizes on every device. */
export const BATCH_SIZES = [1, 2, 4, 8] as const;

/** Weights up to this many bytes are copied for speed; larger ones stay mapped, or two copies would fill the memory. */
const COPY_LIMIT_BYTES = 512e6;

/** One picture that waits for its estimate. */
interface Call {
	readonly x: Tensor;
	readonly t: number;
	readonly condition: Condition;
}
type ReadyCall = Call & { readonly features: PromptFeatures };

/**
 * Opens a model directory. Throws a ModelError that names the file and field that does not fit, and a UserError when
 * the device is not there.
 */
export async function openDenoiser(directory: string, device: Device): Promise<Denoiser & { close(): Promise<void> }> {
	const config = await readUNetConfig(join(directory, 'unet', 'config.json'));
	const schedulerPath = join(directory, 'scheduler', 'scheduler_config.json');
	const schedule = scheduleFromConfig(await readJson(schedulerPath), schedulerPath);
	const unet = await openUNet(join(directory, 'unet'), config, device);
	const encoder = await openTextEncoder(directory, device);
	if (encoder.width !== config.textWidth) {
		throw new ModelError(
			`${directory}/unet/config.json: field "encoder_hid_dim" is ${config.textWidth}, but the text encoder's width is ${encoder.width}`,
		);
	}
	return createDenoiser({ config, schedule, encoder, ...unet });
}

/** The networks of a model directory, loaded. */
export interface Parts {
	readonly config: UNetConfig;
	readonly schedule: Denoiser['schedule'];
	readonly encoder: TextEncoder;
	readonly prompt: Session;
	readonly step: Session;
}

/** A Denoiser of loaded networks. */
export function createDenoiser({
	config,
	schedule,
	encoder,
	prompt,
	step,
}: Parts): Denoiser & { close(): Promise<void> } {
	const shape = [pictureChannels(config), config.sampleSize, config.sampleSize] as const;
	const prompts = new PromptCache(encoder, prompt);
	const batcher = new Batcher<Call, ReadyCall, Estimate>({
		sizes: BATCH_SIZES,
		prepare: async (call) => ({ ...call, features: await prompts.get(call.condition.prompt) }),
		run: async (batch) => {
			const { estimate } = await step.run(stackCalls(batch, config.hasNoiseLevel));
			return batch.map((_, i) => splitEstimate(estimate, i, shape[0]));
		},
	});
	return {
		shape,
		schedule,
		async predict(x, t, condition) {
			assertFits(x, t, condition, shape, config.hasNoiseLevel);
			return batcher.submit({ x, t, condition });
		},
		tokensCut: async (text) => encoder.tokensCut(normalisePrompt(text)),
		async close() {
			await Promise.all([step.close(), prompt.close(), encoder.close()]);
		},
	};
}

/** The two graphs for the weights in `folder` (unet/ of a model directory), loaded. */
export async function openUNet(
	folder: string,
	config: UNetConfig,
	device: Device,
): Promise<{ prompt: Session; step: Session }> {
	const onCpu = device.provider === 'cpu';
	const checkpoint = await openCheckpoint(folder, onCpu ? 'full' : 'half');
	const weights = new Weights(checkpoint);
	const options: GraphOptions = {
		// The CPU has no arithmetic in half precision.
		dtype: onCpu ? 'float32' : 'float16',
		// A few percent faster on the CPU; WebGPU's fused kernel was measured wrong (relative error up to 0.2).
		fusedAttention: device.provider !== 'webgpu',
		// WebGPU's 3 x 3 convolution of 6 channels (stage II) was measured wrong; of 8 it is right.
		padFirstConv: device.provider === 'webgpu',
	};
	const prompt = toModel(promptGraph(config, weights, options));
	const step = toModel(stepGraph(config, weights, options));
	weights.assertAllUsed();
	const session = {
		...device,
		prefer: countBytes(checkpoint) > COPY_LIMIT_BYTES ? ('memory' as const) : ('speed' as const),
		weightsFolder: checkpoint.weightsFolder,
	};
	return { prompt: await openSession(prompt, session), step: await openSession(step, session) };
}

/** The step graph's feeds for a batch. */
function stackCalls(batch: readonly ReadyCall[], withLowResolution: boolean): Record<string, Tensor> {
	const feeds: Record<string, Tensor> = {
		sample: stack(batch.map(({ x, condition }) => (withLowResolution ? joinChannels(x, condition.lowResolution!) : x))),
		timestep: { data: Float32Array.from(batch, ({ t }) => t), shape: [batch.length] },
	};
	if (withLowResolution) {
		feeds.noise_level = {
			data: Float32Array.from(batch, ({ condition }) => condition.noiseLevel!),
			shape: [batch.length],
		};
	}
	for (const name of Object.keys(batch[0].features)) {
		const parts = batch.map(({ features }) => features[name]); // [1, ...] each
		feeds[name] = stack(parts.map(({ data, shape }) => ({ data, shape: shape.slice(1) })));
	}
	return feeds;
}

/** n tensors [...] as one [n, ...]. */
function stack(tensors: readonly Tensor[]): Tensor {
	const size = tensors[0].data.length;
	const data = new Float32Array(size * tensors.length);
	for (const [i, tensor] of tensors.entries()) data.set(tensor.data, i * size);
	return { data, shape: [tensors.length, ...tensors[0].shape] };
}

/** Two pictures [C, H, W] as one [2C, H, W]. */
function joinChannels(a: Tensor, b: Tensor): Tensor {
	const { data, shape } = stack([a, b]);
	return { data, shape: [shape[0] * shape[1], ...shape.slice(2)] };
}

/** Sample i of the network's output [B, C or 2C, H, W]: the noise and, where there are twice as many channels, v. */
function splitEstimate({ data, shape }: Tensor, i: number, channels: number): Estimate {
	const [, outputs, height, width] = shape;
	const pixels = height * width;
	const part = (first: number): Tensor => {
		const start = (i * outputs + first) * pixels;
		return { data: data.slice(start, start + channels * pixels), shape: [channels, height, width] };
	};
	return outputs === channels ? { noise: part(0) } : { noise: part(0), variance: part(channels) };
}

/** Refuses a call that no batch could hold, before it joins one. */
function assertFits(
	x: Tensor,
	t: number,
	condition: Condition,
	shape: readonly number[],
	needsLowResolution: boolean,
): void {
	if (x.shape.join() !== shape.join()) throw new RangeError(`predict: x must be [${shape}], got [${x.shape}]`);
	if (!(t >= 0 && t <= 999)) throw new RangeError(`predict: t must be 0..999, got ${t}`);
	const { lowResolution, noiseLevel } = condition;
	if (!needsLowResolution) {
		if (lowResolution || noiseLevel !== undefined)
			throw new RangeError('predict: this model takes no low-resolution picture');
		return;
	}
	if (lowResolution?.shape.join() !== shape.join()) {
		throw new RangeError(`predict: lowResolution must be [${shape}], got [${lowResolution?.shape ?? 'nothing'}]`);
	}
	if (!(noiseLevel !== undefined && noiseLevel >= 0 && noiseLevel <= 999)) {
		throw new RangeError(`predict: noiseLevel must be 0..999, got ${noiseLevel}`);
	}
}
