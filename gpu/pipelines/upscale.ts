/**
 * Makes a stage I picture four times as large: stage II of DeepFloyd IF.
 * Source: Ho et al. 2021, "Cascaded Diffusion Models", and Saharia et al. 2022 (Imagen), in the form of diffusers'
 * IFSuperResolutionPipeline. Anagrams and hybrids use their views or components again, as in Geng, Park & Owens 2024.
 */
import type { EstimateNoise } from '../diffusion/estimate.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { planSampling } from '../diffusion/plan.ts';
import { spacingNotes } from '../diffusion/timesteps.ts';
import type { JobOf } from '../jobs/index.ts';
import { composedEstimate, meanEstimate, throughView } from '../views/estimates.ts';
import { componentReadings, decompose, VIEWS, viewReadings } from '../views/index.ts';
import type { View } from '../views/view.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { sampleTogether } from './sample-together.ts';
import { heldTo } from './upscale/faithful.ts';
import { ENLARGEMENT, lowResolutionOf } from './upscale/low-resolution.ts';

export const upscale: Pipeline<'upscale'> = async (job, context) => {
	const { denoiser } = context;
	const [, size] = denoiser.shape;
	const plan = planSampling(job);
	const [small, ...notes] = await Promise.all([
		context.loadImage(job.image, { width: size / ENLARGEMENT, fit: job.fit }), // [3, S/4, S/4]
		promptNotes(denoiser, [...job.prompts, job.negativePrompt]),
		pictureNotes(job.image, context),
	]);

	const source = new TorchGenerator(job.seed);
	const x = source.randn(denoiser.shape); // [3, S, S]
	const lowResolution = lowResolutionOf(small, job.noiseLevel, denoiser, source); // [3, S, S], the same in every step

	// Through a view the network sees both x and the small picture.
	const under = (prompt: string, view?: View): EstimateNoise => {
		const seen = { noiseLevel: job.noiseLevel, lowResolution: view ? view.apply(lowResolution) : lowResolution };
		return promptEstimate(denoiser, prompt, job, seen);
	};
	const estimate = heldTo(small, denoiser, combinedEstimate(job, size, under));
	const loop = { ...plan, schedule: denoiser.schedule, x, estimate, source };
	const [pixels] = await sampleTogether([loop], context);
	return { images: [{ pixels, seed: job.seed }], notes: [...notes.flat(), ...spacingNotes(job)] };
};

/** The combined estimate of all prompts, by the method that made the picture. */
function combinedEstimate(
	{ prompts, through }: JobOf<'upscale'>,
	size: number,
	under: (prompt: string, view?: View) => EstimateNoise,
): EstimateNoise {
	if (through.kind === 'components') {
		const readings = componentReadings({ ...through, prompts });
		const estimates = readings.map(({ prompt }) => (prompt === undefined ? undefined : under(prompt)));
		return composedEstimate(decompose(through, size), estimates);
	}
	const readings = viewReadings({ ...through, prompts });
	const estimates = readings.map(({ prompt, view: name }) => {
		const view = name && VIEWS[name].create(size);
		return view ? throughView(view, under(prompt, view)) : under(prompt);
	});
	return meanEstimate(estimates);
}
