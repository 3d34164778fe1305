/**
 * One picture whose components, such as its low and its high frequencies, read differently.
 * Source: Geng, Park & Owens 2024, "Factorized Diffusion: Perceptual Illusions by Noise Decomposition"; with a reference,
 * its inverse hybrids.
 */
import { type NoiseSource, TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { addNoise, type Schedule } from '../diffusion/schedule.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import { combine, sum, type Tensor } from '../tensor/tensor.ts';
import type { Component } from '../views/decompositions/component.ts';
import { composedEstimate } from '../views/estimates.ts';
import { componentReadings, decompose } from '../views/index.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { plain, startNoise } from './start-noise.ts';
import { sampleTries } from './tries.ts';

export const hybrid: Pipeline<'hybrid'> = async (job, context) => {
	const { denoiser } = context;
	const { schedule } = denoiser;
	const [, size] = denoiser.shape;
	const components = decompose(job, size);
	const readings = componentReadings(job);
	const estimates = readings.map(({ prompt }) =>
		prompt === undefined ? undefined : promptEstimate(denoiser, prompt, job),
	);
	const [reference, ...notes] = await Promise.all([
		job.reference === undefined ? undefined : context.loadImage(job.reference, { fit: job.fit }), // [3, S, S]
		promptNotes(denoiser, [...job.prompts, job.negativePrompt]),
		job.reference === undefined ? [] : pictureNotes(job.reference, context),
	]);

	const plan = planSampling(job);
	const colours = reference ? undefined : job.recipe?.startColours;
	const likely = colours?.map((colour, i) => components[i](plain(denoiser, colour))); // [3, S, S] each
	const estimate = composedEstimate(components, estimates);
	const loopFrom = (seed: number) => {
		const source = new TorchGenerator(seed);
		const noise = startNoise(denoiser, source, plan, likely && sum(likely)); // [3, S, S]
		const constrain = reference && keep(components[job.referenceComponent ?? 0], reference, schedule, source);
		const x = constrain ? constrain(noise, plan.timesteps[0]) : noise;
		return { ...plan, schedule, x, estimate, source, constrain };
	};
	// Each component is judged by itself: close up, for example, the eye sees fine detail despite the coarse shapes behind it.
	const sought = readings.flatMap(({ prompt, component }) =>
		prompt === undefined ? [] : { prompt, look: components[component] },
	);
	const images = await sampleTries(job, sought, loopFrom, context);
	return { images, notes: [...notes.flat(), ...spacingNotes(job)] };
};

/**
 * Replaces x's component f by that of `reference`, noised to t: f(reference_t) + (x − f(x)), computed with a single f, which
 * is linear.
 */
function keep(component: Component, reference: Tensor, schedule: Schedule, source: NoiseSource) {
	return (x: Tensor, t: number): Tensor => {
		const noised = addNoise(schedule, reference, t, source.randn(x.shape)); // [3, S, S]
		return combine(1, x, 1, component(combine(1, noised, -1, x)));
	};
}
