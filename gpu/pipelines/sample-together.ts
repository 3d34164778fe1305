/** Runs the sampling loops of a job side by side. */
import { countSteps } from '../diffusion/plan.ts';
import { type SampleOptions, sample } from '../diffusion/sample.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { PipelineContext } from './pipeline.ts';

/** Steps of the same job that were taken before these loops, and that come after them. */
interface OtherSteps {
	readonly before?: number;
	readonly after?: number;
}

/** The steps of all loops together. */
export const stepsOf = (loops: readonly Parameters<typeof countSteps>[0][]) =>
	loops.reduce((sum, loop) => sum + countSteps(loop), 0);

/**
 * Runs one sampling loop per picture, side by side: their network calls wait at the same time, so the denoiser puts them
 * into common batches. Returns the last x of each, [C, H, W], in order.
 *
 * If one loop fails, the others stop, and the error is thrown once none is still running.
 */
export async function sampleTogether(
	loops: readonly Omit<SampleOptions, 'signal'>[],
	{ signal, onStep }: Pick<PipelineContext, 'signal' | 'onStep'>,
	{ before = 0, after = 0 }: OtherSteps = {},
): Promise<Tensor[]> {
	const total = before + stepsOf(loops) + after;
	const failure = new AbortController();
	const stop = AbortSignal.any([signal, failure.signal]);
	let done = before;
	let preview: Tensor | undefined;

	const run = async (loop: Omit<SampleOptions, 'signal'>, index: number) => {
		let { x } = loop;
		for await (const state of sample({ ...loop, signal: stop })) {
			x = state.x;
			if (index === 0 || !preview) preview = state.x0;
			onStep({ done: ++done, total, x0: preview });
		}
		return x;
	};
	const runs = loops.map((loop, index) =>
		run(loop, index).catch((error) => {
			failure.abort(error); // the first failure; later ones only follow from it
			throw error;
		}),
	);
	await Promise.allSettled(runs);
	stop.throwIfAborted();
	return Promise.all(runs);
}
