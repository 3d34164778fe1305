/** Checks a Denoiser's calls, stacks them into batches, and splits a batch's output. */
import type { Estimate } from '../../diffusion/estimate.ts';
import { concatenate, type Tensor } from '../../tensor/tensor.ts';
import type { Condition } from '../denoiser.ts';
import type { PromptFeatures } from './prompts.ts';

/** One picture waiting for its estimate. */
export interface Call {
	readonly x: Tensor;
	readonly t: number;
	readonly condition: Condition;
	/** Returns what the network needs from the condition's prompt. */
	readonly readPrompt: () => Promise<PromptFeatures>;
}
export type ReadyCall = Call & { readonly features: PromptFeatures };

/** Makes the step graph's feeds for batches. */
export function callStacker(withLowResolution: boolean): (batch: readonly ReadyCall[]) => Record<string, Tensor> {
	const stackPrompts = promptStacker();
	return (batch) => {
		const feeds: Record<string, Tensor> = {
			sample: stack(
				batch.map(({ x, condition }) => (withLowResolution ? joinChannels(x, condition.lowResolution!) : x)),
			),
			timestep: { data: Float32Array.from(batch, ({ t }) => t), shape: [batch.length] },
		};
		if (withLowResolution) {
			feeds.noise_level = {
				data: Float32Array.from(batch, ({ condition }) => condition.noiseLevel!),
				shape: [batch.length],
			};
		}
		return { ...feeds, ...stackPrompts(batch.map(({ features }) => features)) };
	};
}

/**
 * Stacks the features of prompts, and keeps the last stack of every size: the steps of a job ask for the same prompts. Stacking
 * them anew takes 1 to 2 % of an evaluation of the bundled model.
 */
function promptStacker(): (prompts: readonly PromptFeatures[]) => PromptFeatures {
	const last = new Map<number, { prompts: readonly PromptFeatures[]; stacked: PromptFeatures }>();
	return (prompts) => {
		const known = last.get(prompts.length);
		if (known && prompts.every((prompt, i) => prompt === known.prompts[i])) return known.stacked;
		const stacked: Record<string, Tensor> = {};
		for (const name of Object.keys(prompts[0])) {
			const parts = prompts.map((prompt) => prompt[name]); // [1, ...] each
			stacked[name] = stack(parts.map(({ data, shape }) => ({ data, shape: shape.slice(1) })));
		}
		last.set(prompts.length, { prompts, stacked });
		return stacked;
	};
}

/** n tensors [...] as one [n, ...]. */
function stack(tensors: readonly Tensor[]): Tensor {
	return { data: concatenate(tensors.map(({ data }) => data)), shape: [tensors.length, ...tensors[0].shape] };
}

/** Two pictures [C, H, W] as one [2C, H, W]. */
function joinChannels(a: Tensor, b: Tensor): Tensor {
	const { data, shape } = stack([a, b]);
	return { data, shape: [shape[0] * shape[1], ...shape.slice(2)] };
}

/** Sample i of the network's output [B, C or 2C, H, W]: the noise and, with 2C channels, the variance's v. */
export function splitEstimate({ data, shape }: Tensor, i: number, channels: number): Estimate {
	const [, outputs, height, width] = shape;
	const pixels = height * width;
	const part = (first: number): Tensor => {
		const start = (i * outputs + first) * pixels;
		return { data: data.slice(start, start + channels * pixels), shape: [channels, height, width] };
	};
	return outputs === channels ? { noise: part(0) } : { noise: part(0), variance: part(channels) };
}

/** Throws a RangeError for a call that does not fit the network, before it joins a batch. */
export function assertFits(
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
		if (lowResolution || noiseLevel !== undefined) {
			throw new RangeError('predict: this model takes no low-resolution picture');
		}
		return;
	}
	if (lowResolution?.shape.join() !== shape.join()) {
		throw new RangeError(`predict: lowResolution must be [${shape}], got [${lowResolution?.shape ?? 'nothing'}]`);
	}
	if (!(noiseLevel !== undefined && noiseLevel >= 0 && noiseLevel <= 999)) {
		throw new RangeError(`predict: noiseLevel must be 0..999, got ${noiseLevel}`);
	}
}
