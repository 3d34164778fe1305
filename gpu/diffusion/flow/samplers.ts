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
	/** How many velocities a step asks for. */
	readonly estimatesPerStep: number;
	/** The velocity along which the step goes. */
	velocity(x: Tensor, step: FlowStep, estimate: EstimateVelocity): Promise<Tensor>;
}

/** The course's: the velocity where the step begins. */
const euler: FlowSampler = {
	summary: 'one evaluation a step, straight on',
	estimatesPerStep: 1,
	velocity: (x, { t }, estimate) => estimate(x, t),
};

/**
 * The mean of the velocities where the step begins and where Euler's would end. On straight paths both are the same: how much
 * better it is shows how much they bend.
 */
const heun: FlowSampler = {
	summary: 'two evaluations a step, along the mean of where it begins and ends',
	estimatesPerStep: 2,
	async velocity(x, { t, next }, estimate) {
		const first = await estimate(x, t);
		const second = await estimate(combine(1, x, next - t, first), next);
		return combine(0.5, first, 0.5, second);
	},
};

export const FLOW_SAMPLERS = { euler, heun } as const satisfies Record<string, FlowSampler>;
export type FlowSamplerName = keyof typeof FLOW_SAMPLERS;
export const FLOW_SAMPLER_NAMES = Object.keys(FLOW_SAMPLERS) as [FlowSamplerName, ...FlowSamplerName[]];
