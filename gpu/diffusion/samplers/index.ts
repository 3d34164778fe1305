/** Every sampler, by the name that people use. */
import { course } from './course.ts';
import { ddim } from './ddim.ts';
import { ddpm } from './ddpm.ts';
import { dpmpp2m } from './dpmpp-2m.ts';
import { eulerAncestral } from './euler-ancestral.ts';
import { heun } from './heun.ts';
import type { Sampler } from './sampler.ts';

export const SAMPLERS = {
	course,
	ddpm,
	ddim,
	'dpmpp-2m': dpmpp2m,
	heun,
	'euler-ancestral': eulerAncestral,
} as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof SAMPLERS;

export const SAMPLER_NAMES = Object.keys(SAMPLERS) as [SamplerName, ...SamplerName[]];

/** The samplers for which a request may choose `eta`. */
export const ETA_SAMPLERS: readonly SamplerName[] = SAMPLER_NAMES.filter((name) => SAMPLERS[name].takesEta);
