/** Stage II after stage I in one job, whose pictures never become 8-bit files in between. */
import { countSteps, planSampling } from '../../diffusion/plan.ts';
import { countEnlarged, enlargingOf, type JobOf, type UpscalableJob, upscalingChoice } from '../../jobs/index.ts';
import type { Pipeline, StagedPipeline } from '../pipeline.ts';
import { promptNotes } from '../prompts.ts';
import { sampleTogether } from '../sample-together.ts';
import { upscalingLoop } from './loop.ts';

/** The pipeline, which then hands its first pictures to the job's upscaler; the others stay as they are. */
export function thenUpscale<K extends UpscalableJob['kind']>(stageOne: Pipeline<K>): StagedPipeline<K> {
	return async (job, context) => {
		const { upscaler, negativePrompt } = job as UpscalableJob;
		if (!upscaler) return stageOne(job, context);
		const plan = planSampling(upscalingChoice(upscaler));
		const count = countEnlarged(job as UpscalableJob);
		const after = count * countSteps(plan);
		let before = 0; // steps of stage I
		const { images, notes } = await stageOne(job, {
			...context,
			onStep: (progress) => {
				before = progress.total;
				context.onStep({ ...progress, total: before + after });
			},
		});
		return {
			model: upscaler.model,
			goOn: async (stageTwo) => {
				const enlarging = enlargingOf(job as JobOf<K>);
				const ofPrompts = await promptNotes(stageTwo, [...enlarging.prompts, negativePrompt]);
				const common = { ...enlarging, ...upscaler, negativePrompt, plan };
				const loops = images
					.slice(0, count)
					.map(({ pixels, seed }) => upscalingLoop(pixels, { ...common, seed }, stageTwo));
				const large = await sampleTogether(loops, context, { before }); // [3, 4S, 4S] each
				return {
					images: images.map((image, i) => (i < count ? { ...image, pixels: large[i] } : image)),
					notes: [...new Set([...notes, ...ofPrompts])],
				};
			},
		};
	};
}
