/** Iterative denoising, with what there is to see on the way. */
import { type SampleOptions, sample } from '../../diffusion/sample.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A picture on the way down: x at the noise level of timestep t, as the network was given it. */
interface DescentState {
	readonly t: number;
	readonly x: Tensor;
}

/** The course looks at every fifth state; a longer list than its own is looked at less often, for a strip of eight. */
const STRIDE = 5;
const LONGEST_STRIP = 8;

/**
 * Runs the loop and returns its result and every state before, the first of them the loop's own x.
 *
 * @param onStep told of the picture that each step steers for, [3, S, S]
 */
export async function descend(
	loop: SampleOptions,
	onStep: (x0: Tensor) => void,
): Promise<{ readonly states: readonly DescentState[]; readonly x: Tensor }> {
	const states: DescentState[] = [];
	let { x } = loop; // [3, S, S]
	for await (const step of sample(loop)) {
		states.push({ t: step.t, x });
		x = step.x;
		onStep(step.x0);
	}
	return { states, x };
}

/**
 * Whether the state of that index is one to look at, of a descent of `steps`. From the course's start 10 these are
 * t = 690, 540, 390, 240, 90.
 */
export function isInStrip(index: number, steps: number): boolean {
	return index % Math.max(STRIDE, Math.ceil(steps / LONGEST_STRIP)) === 0;
}
