/** Iterative denoising that keeps its intermediate states. */
import { type SampleOptions, sample } from '../../diffusion/sample.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Picture } from '../with-psnr.ts';

/** The course shows every fifth state; lists longer than its own show fewer, for a strip of eight. */
const STRIDE = 5;
const LONGEST_STRIP = 8;

/**
 * Runs the loop and returns its result and every state before it, at the noise level of its t and as the network received it;
 * the first is the loop's own x. Those that belong in a strip are a `state`, the others a `frame`. From the course's start 10
 * the states are at t = 690, 540, 390, 240 and 90.
 *
 * @param onStep receives the picture that each step is heading for, [3, S, S]
 */
export async function descend(
	loop: SampleOptions,
	seed: number,
	onStep: (x0: Tensor) => void,
): Promise<{ readonly states: readonly Picture[]; readonly x: Tensor }> {
	const passed: { readonly t: number; readonly x: Tensor }[] = [];
	let { x } = loop; // [3, S, S]
	for await (const step of sample(loop)) {
		passed.push({ t: step.t, x });
		x = step.x;
		onStep(step.x0);
	}
	const stride = Math.max(STRIDE, Math.ceil(passed.length / LONGEST_STRIP));
	const roleOf = (i: number) => (i % stride === 0 ? 'state' : 'frame');
	return { states: passed.map(({ t, x: pixels }, i) => ({ pixels, seed, role: roleOf(i), t })), x };
}
