/** Flow matching's sampling loop: x = x0; for t = 0, 1/T, …, (T − 1)/T: x += u(x, t)/T, with any sampler, from any t. */
import { combine, type Tensor } from '../../tensor/tensor.ts';
import type { SampleState } from '../sample.ts';
import { type EstimateVelocity, impliedX1 } from './path.ts';
import { FLOW_SAMPLERS, type FlowSamplerName, type FlowStep } from './samplers.ts';

/** How a job follows a flow. */
export interface FlowChoice {
	readonly sampler: FlowSamplerName;
	/** Steps from noise to picture, the T of the loop. */
	readonly steps: number;
}

export interface FlowOptions extends FlowChoice {
	/** The point to start at, [C, H, W]. */
	readonly x: Tensor;
	/** Its time, 0 ≤ start < 1; absent: 0, where x is noise. */
	readonly start?: number;
	readonly estimate: EstimateVelocity;
	/** Once aborted, the loop throws the signal's reason before and after every network call. */
	readonly signal?: AbortSignal;
}

/** The times at which steps start. A later start takes proportionally fewer steps, none of them longer. */
export function flowTimes({ steps }: FlowChoice, start = 0): readonly number[] {
	const count = Math.max(1, Math.ceil(Number(((1 - start) * steps).toPrecision(12))));
	return Array.from({ length: count }, (_, i) => start + ((1 - start) * i) / count);
}

/** How many velocities a walk asks for. */
export function countVelocities(choice: FlowChoice, start = 0): number {
	const sampler = FLOW_SAMPLERS[choice.sampler];
	return stepsOf(flowTimes(choice, start)).reduce((sum, step) => sum + sampler.estimates(step), 0);
}

/** From each time to the next, and from the last to the picture. */
const stepsOf = (times: readonly number[]): readonly FlowStep[] =>
	times.map((t, i) => ({ t, next: times[i + 1] ?? 1 }));

/** Follows the flow to the end and yields the state after each step; its x0 is the picture that the step was heading for. */
export async function* sampleFlow(options: FlowOptions): AsyncGenerator<SampleState, void, void> {
	const { start = 0, signal } = options;
	const estimate: EstimateVelocity = async (x, t) => {
		signal?.throwIfAborted();
		const velocity = await options.estimate(x, t);
		signal?.throwIfAborted();
		return velocity;
	};
	const sampler = FLOW_SAMPLERS[options.sampler];
	let { x } = options;
	for (const [i, step] of stepsOf(flowTimes(options, start)).entries()) {
		const { t, next } = step;
		const velocity = await sampler.velocity(x, step, estimate); // [C, H, W]
		const x1 = impliedX1(x, t, velocity);
		x = combine(1, x, next - t, velocity);
		yield { i, t, x, x0: x1 };
	}
}
