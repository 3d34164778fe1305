/** The ways to follow a flow, by the name that people give: solvers of dx = u(x, t) dt. */
import { combine, type Tensor } from '../../tensor/tensor.ts';
import type { EstimateVelocity } from './path.ts';

/** A step from the time t to a later one. */
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

/** The course's: the velocity where the step begins. */
const euler: FlowSampler = {
	summary: 'one evaluation a step, straight on',
	estimates: () => 1,
	velocity: (x, { t }, estimate) => estimate(x, t),
};

/**
 * The mean of the velocities where the step begins and where Euler's would end. On straight paths both are the same: how much
 * better it is shows how much they bend. The last step is Euler's, as in Karras et al. 2022, algorithm 1: at t = 1 no noise is
 * left that the network could have read from x, so what it says of it is made up.
 */
const heun: FlowSampler = {
	summary: 'two evaluations in every step but the last, along the mean of where it begins and ends',
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
