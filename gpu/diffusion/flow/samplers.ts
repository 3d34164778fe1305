/** The ways to follow a flow, by the names that people use: solvers of dx = u(x, t) dt. */
import { combine, type Tensor } from '../../tensor/tensor.ts';
import type { EstimateVelocity } from './path.ts';

/** A step from time t to a later one. */
export interface FlowStep {
	readonly t: number;
	readonly next: number;
}

export interface FlowSampler {
	/** What it is, in a few words for people; read after its name. */
	readonly summary: string;
	/** How many velocities the step asks for. */
	estimates(step: FlowStep): number;
	/** The velocity along which the step goes. */
	velocity(x: Tensor, step: FlowStep, estimate: EstimateVelocity): Promise<Tensor>;
}

/** The course's: the velocity where the step starts. */
const euler: FlowSampler = {
	summary: 'one evaluation a step, straight ahead',
	estimates: () => 1,
	velocity: (x, { t }, estimate) => estimate(x, t),
};

/**
 * The mean of the velocities where the step starts and where Euler's step would end. On straight paths the two agree, so its
 * gain over Euler shows how much the paths bend. The last step is Euler's, as in Karras et al. 2022, algorithm 1: at t = 1
 * there is no noise left in x for the network to read, so its answer there means nothing.
 */
const heun: FlowSampler = {
	summary: 'two evaluations in every step but the last, along the mean velocity of its two ends',
	estimates: ({ next }) => (next < 1 ? 2 : 1),
	async velocity(x, { t, next }, estimate) {
		const first = await estimate(x, t);
		if (next >= 1) return first;
		const second = await estimate(combine(1, x, next - t, first), next);
		return combine(0.5, first, 0.5, second);
	},
};

export const FLOW_SAMPLERS = { euler, heun } as const satisfies Record<string, FlowSampler>;
export type FlowSamplerName = keyof typeof FLOW_SAMPLERS;
export const FLOW_SAMPLER_NAMES = Object.keys(FLOW_SAMPLERS) as [FlowSamplerName, ...FlowSamplerName[]];
