/**
 * Stage II's sampling loop for one small picture.
 * Source: Ho et al. 2021, "Cascaded Diffusion Models", and Saharia et al. 2022 (Imagen), in the form of diffusers'
 * IFSuperResolutionPipeline and of its variants for edits and inpainting, which begin differently. Anagrams and hybrids use
 * their views or components again, as in Geng, Park & Owens 2024.
 */
import type { EstimateNoise } from '../../diffusion/estimate.ts';
import type { Guidance } from '../../diffusion/guidance.ts';
import { type NoiseSource, TorchGenerator } from '../../diffusion/noise.ts';
import type { SamplingPlan } from '../../diffusion/plan.ts';
import type { SampleOptions } from '../../diffusion/sample.ts';
import type { Enlarging } from '../../jobs/index.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { composedEstimate, meanEstimate, throughView } from '../../views/estimates.ts';
import { componentReadings, decompose, VIEWS, viewReadings } from '../../views/index.ts';
import type { View } from '../../views/view.ts';
import { promptEstimate } from '../prompts.ts';
import { heldTo } from './faithful.ts';
import { lowResolutionOf } from './low-resolution.ts';

export interface UpscalingOptions extends Enlarging, Guidance {
	readonly negativePrompt: string;
	/** The timestep to which the small picture is noised. */
	readonly noiseLevel: number;
	readonly seed: number;
	readonly plan: SamplingPlan;
	/** The start of the loop, x at the plan's first timestep, and what happens after every step; absent: noise. */
	readonly begin?: (source: NoiseSource) => Pick<SampleOptions, 'x' | 'constrain'>;
}

/**
 * @param small [3, S/4, S/4]
 * @param denoiser of stage II; S is the side of its pictures
 */
export function upscalingLoop(small: Tensor, options: UpscalingOptions, denoiser: Denoiser): SampleOptions {
	const { noiseLevel, plan, begin = (noise) => ({ x: noise.randn(denoiser.shape) }) } = options;
	const [, size] = denoiser.shape;
	const source = new TorchGenerator(options.seed);
	const start = begin(source); // x [3, S, S]
	const lowResolution = lowResolutionOf(small, noiseLevel, denoiser, source); // [3, S, S], the same in every step

	// Through a view the network sees both x and the small picture.
	const under = (prompt: string, view?: View): EstimateNoise => {
		const seen = { noiseLevel, lowResolution: view ? view.apply(lowResolution) : lowResolution };
		return promptEstimate(denoiser, prompt, options, seen);
	};
	const estimate = heldTo(small, denoiser, combinedEstimate(options, size, under));
	return { ...plan, schedule: denoiser.schedule, estimate, source, ...start };
}

/** The combined estimate of all prompts, by the method that made the picture. */
function combinedEstimate(
	{ prompts, through }: Enlarging,
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
