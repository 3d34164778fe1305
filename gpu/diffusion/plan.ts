/** From what a job says about its sampling to the walk that it means. Pure: the bot plans too, to tell how long it takes. */
import { UserError } from '../errors.ts';
import type { Recipe } from './recipe.ts';
import { type Resampling, resample } from './resampling.ts';
import { ETA_SAMPLERS, SAMPLERS } from './samplers/index.ts';
import type { Sampler } from './samplers/sampler.ts';
import { type TimestepChoice, timestepsFor } from './timesteps.ts';
import { transitionsOf } from './transitions.ts';

/** What a job says about its sampling. */
export interface SamplingChoice extends TimestepChoice {
	/** The share of fresh noise in every step, 0..1, for samplers that take it; absent: 0. */
	readonly eta?: number;
	/** The model's own way, only without steps and timesteps. */
	readonly recipe?: Recipe;
}

/** A walk along timesteps, whatever it begins with. */
export interface SamplingPlan {
	readonly sampler: Sampler;
	readonly eta: number;
	/** Strictly descending. */
	readonly timesteps: readonly number[];
	/** Whether x0 is clipped to [-1, 1], whatever the schedule's thresholding. */
	readonly clips?: boolean;
}

/** Throws a UserError when parts of the choice do not fit each other. */
export function planSampling(choice: SamplingChoice): SamplingPlan {
	const { sampler: name, eta, recipe } = choice;
	const sampler = SAMPLERS[name];
	if (eta !== undefined && !sampler.takesEta) {
		throw new UserError(`eta is for the sampler ${ETA_SAMPLERS.join(', ')}; with ${name} leave it out.`);
	}
	return {
		sampler,
		eta: eta ?? 0,
		timesteps: recipe?.timesteps ?? timestepsFor(choice),
		...(recipe?.clips && { clips: true }),
	};
}

/** The rest of the walk from index `start` of its timesteps on. */
export function planFrom(plan: SamplingPlan, start: number): SamplingPlan {
	return { ...plan, timesteps: plan.timesteps.slice(start) };
}

/** What `countSteps` and `countEstimates` look at. */
type Countable = Pick<SamplingPlan, 'sampler' | 'timesteps'> & { readonly resampling?: Resampling };

/** The steps of a walk along its timesteps, with all that are walked again. */
export function legsOf({ sampler, timesteps, resampling }: Countable) {
	return resample(transitionsOf(sampler.landing, timesteps), resampling);
}

/** Steps of a walk. */
export function countSteps(walk: Countable): number {
	return legsOf(walk).length;
}

/** The timesteps at which a walk asks for the noise estimate, in order. */
export function asksOf(walk: Countable): readonly number[] {
	const { sampler } = walk;
	return legsOf(walk).flatMap(({ transition }) => sampler.asksAt?.(transition) ?? [transition.t]);
}

/** Noise estimates that a walk asks for. */
export const countEstimates = (walk: Countable): number => asksOf(walk).length;

/** Throws a UserError unless there is a step from index `start` of the timesteps on. */
export function assertStart(start: number, plan: SamplingPlan): void {
	const lastStart = countSteps(plan) - 1;
	if (start > lastStart)
		throw new UserError(`The start ${start} is too late: with these steps it can be 0 to ${lastStart}.`);
}
