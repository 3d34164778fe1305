/** Iterative denoising that keeps its intermediate states. */
import { type SampleOptions, sample } from '../../diffusion/sample.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** A state on the way down: x at the noise level of timestep t, as the network received it. */
interface DescentState {
	readonly t: number;
	readonly x: Tensor;
}

/** The course shows every fifth state; lists longer than its own show fewer, for a strip of eight. */
const STRIDE = 5;
const LONGEST_STRIP = 8;

/**
 * Runs the loop and returns its result and every state before it; the first is the loop's own x.
 *
 * @param onStep receives the picture that each step is heading for, [3, S, S]
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
 * Whether the state at `index` in a descent of `steps` belongs in the strip. From the course's start 10 these are
 * t = 690, 540, 390, 240, 90.
 */
export function isInStrip(index: number, steps: number): boolean {
	return index % Math.max(STRIDE, Math.ceil(steps / LONGEST_STRIP)) === 0;
}
