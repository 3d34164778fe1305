/**
 * Jumps back up to noisier timesteps and down again, so that the given part of the picture and the part that the network
 * draws grow together. Source: Lugmayr et al. 2022, "RePaint", section 4.2 and figures 9 and 10; the choice of steps that
 * jump follows their code (get_schedule_jump), as in diffusers' RePaintScheduler.
 */
import { combine, type Tensor } from '../tensor/tensor.ts';
import { alphaCumprodAt, type Schedule } from './schedule.ts';
import type { Transition } from './transitions.ts';

export interface Resampling {
	/** How many steps a jump goes back up, at least 1 (the paper's j). */
	readonly jumpLength: number;
	/** How often each stretch of that length is walked in all, at least 1, which means no jump (the paper's r). */
	readonly resamples: number;
}

/** A step down, after which x may be noised back up to the timestep `backTo`. */
export interface Leg {
	readonly transition: Transition;
	readonly backTo?: number;
}

/** No jumps. */
const STRAIGHT: Resampling = { jumpLength: 1, resamples: 1 };

/**
 * The transitions with the jumps between them. With i steps left after the next one, there is a jump wherever i is a
 * multiple of the jump length and the jump stays below the first step.
 */
export function resample(transitions: readonly Transition[], resampling: Resampling = STRAIGHT): readonly Leg[] {
	const { jumpLength, resamples } = resampling;
	const count = transitions.length;
	const jumpsLeft = new Map<number, number>();
	for (let i = 0; i < count - jumpLength; i += jumpLength) jumpsLeft.set(i, resamples - 1);

	const legs: Leg[] = [];
	let index = 0;
	while (index < count) {
		const transition = transitions[index++];
		const after = count - 1 - index;
		const jumps = jumpsLeft.get(after) ?? 0;
		if (jumps > 0) {
			jumpsLeft.set(after, jumps - 1);
			index -= jumpLength;
			legs.push({ transition, backTo: transitions[index].t });
		} else legs.push({ transition });
	}
	return legs;
}

/**
 * A draw from q(x_to | x_from), to > from: √(ᾱ_to / ᾱ_from) x + √(1 − ᾱ_to / ᾱ_from) noise. The paper's code goes there
 * timestep by timestep; nothing reads x in between, and the distribution is the same.
 */
export function noiseFurther(schedule: Schedule, x: Tensor, from: number, to: number, noise: Tensor): Tensor {
	const alpha = alphaCumprodAt(schedule, to) / alphaCumprodAt(schedule, from);
	return combine(Math.sqrt(alpha), x, Math.sqrt(1 - alpha), noise);
}
