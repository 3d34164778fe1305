/** Turns a job's sampling options into a walk. Pure: the bot plans too, to forecast how long a job takes. */
import { UserError } from '../errors.ts';
import type { Recipe } from './recipe.ts';
import { type Resampling, resample } from './resampling.ts';
import { ETA_SAMPLERS, SAMPLERS } from './samplers/index.ts';
import type { Sampler } from './samplers/sampler.ts';
import { type TimestepChoice, timestepsFor } from './timesteps.ts';
import { transitionsOf } from './transitions.ts';

/** A job's sampling options. */
export interface SamplingChoice extends TimestepChoice {
	/** The share of fresh noise in every step, 0..1, for samplers that accept it; absent: 0. */
	readonly eta?: number;
	/** The model's own recipe; only without `steps` and `timesteps`. */
	readonly recipe?: Recipe;
	/** The share of the walk that a noised picture takes, 0..1, its last part; absent: all of it, from noise. */
	readonly strength?: number;
}

/** A walk along timesteps, whatever it starts from. */
export interface SamplingPlan {
	readonly sampler: Sampler;
	readonly eta: number;
	/** Strictly descending. */
	readonly timesteps: readonly number[];
	/** Whether x0 is clipped to [-1, 1], whatever the schedule's thresholding. */
	readonly clips?: boolean;
}

/** Throws a UserError when parts of the choice contradict each other. */
export function planSampling(choice: SamplingChoice): SamplingPlan {
	const { sampler: name, eta, recipe, strength = 1 } = choice;
	const sampler = SAMPLERS[name];
	if (eta !== undefined && !sampler.takesEta) {
		throw new UserError(`eta is for the sampler ${ETA_SAMPLERS.join(', ')}; with ${name} leave it out.`);
	}
	const whole = {
		sampler,
		eta: eta ?? 0,
		timesteps: recipe?.timesteps ?? timestepsFor(choice),
		...(recipe?.clips && { clips: true }),
	};
	return planFrom(whole, startOf(strength, whole));
}

/** Leaves as many timesteps as diffusers' get_timesteps does, but at least one step. */
function startOf(strength: number, plan: SamplingPlan): number {
	const { length } = plan.timesteps;
	const start = length - Math.floor(length * strength);
	return Math.min(start, countSteps(plan) - 1);
}

/** The rest of the walk, from index `start` of its timesteps. */
export function planFrom(plan: SamplingPlan, start: number): SamplingPlan {
	return { ...plan, timesteps: plan.timesteps.slice(start) };
}

/** The parts of a plan that `countSteps` and `countEstimates` need. */
type Countable = Pick<SamplingPlan, 'sampler' | 'timesteps'> & { readonly resampling?: Resampling };

/** The steps of a walk along its timesteps, including those that resampling repeats. */
export function legsOf({ sampler, timesteps, resampling }: Countable) {
	return resample(transitionsOf(sampler.landing, timesteps), resampling);
}

/** The number of steps in a walk. */
export function countSteps(walk: Countable): number {
	return legsOf(walk).length;
}

/** The timesteps at which a walk asks for the noise estimate, in order. */
export function asksOf(walk: Countable): readonly number[] {
	const { sampler } = walk;
	return legsOf(walk).flatMap(({ transition }) => sampler.asksAt?.(transition) ?? [transition.t]);
}

/** How many noise estimates a walk asks for. */
export const countEstimates = (walk: Countable): number => asksOf(walk).length;

/** Throws a UserError unless at least one step follows index `start` of the timesteps. */
export function assertStart(start: number, plan: SamplingPlan): void {
	const lastStart = countSteps(plan) - 1;
	if (start > lastStart)
		throw new UserError(`The start ${start} is too late: with these steps it can be 0 to ${lastStart}.`);
}
