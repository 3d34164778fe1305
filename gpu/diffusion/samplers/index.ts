/** Every sampler, by the name that people give. */
import { course } from './course.ts';
import { ddpm } from './ddpm.ts';
import type { Sampler } from './sampler.ts';

export const SAMPLERS = { course, ddpm } as const satisfies Record<string, Sampler>;

export type SamplerName = keyof typeof SAMPLERS;

export const SAMPLER_NAMES = Object.keys(SAMPLERS) as [SamplerName, ...SamplerName[]];
