/**
 * Stage II after stage I in one job, whose pictures never become 8-bit files in between. After an edit it may start from the
 * original, with detail that stage I did not see: Meng et al. 2022 (SDEdit), as in diffusers' IFImg2ImgSuperResolutionPipeline.
 */
import { countSteps, planSampling } from '../../diffusion/plan.ts';
import { addNoise } from '../../diffusion/schedule.ts';
import { countEnlarged, enlargingOf, type JobOf, type UpscalableJob, upscalingChoice } from '../../jobs/index.ts';
import type { Denoiser } from '../../models/denoiser.ts';
import type { Pipeline, PipelineContext, StagedPipeline } from '../pipeline.ts';
import { promptNotes } from '../prompts.ts';
import { sampleTogether } from '../sample-together.ts';
import { type UpscalingOptions, upscalingLoop } from './loop.ts';

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
				const [ofPrompts, begin] = await Promise.all([
					promptNotes(stageTwo, [...enlarging.prompts, negativePrompt]),
					beginningOf(job as UpscalableJob, plan.timesteps[0], stageTwo, context),
				]);
				const common = { ...enlarging, ...upscaler, negativePrompt, plan, begin };
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

/** Where an edit's upscaler has a strength, stage II starts from the original noised to timestep t; otherwise from noise. */
async function beginningOf(
	job: UpscalableJob,
	t: number,
	{ schedule, shape }: Denoiser,
	{ loadImage }: PipelineContext,
): Promise<UpscalingOptions['begin']> {
	if (job.kind !== 'edit' || job.upscaler?.strength === undefined) return undefined;
	const original = await loadImage(job.image, { width: shape[1], fit: job.fit }); // [3, 4S, 4S]
	return (source) => ({ x: addNoise(schedule, original, t, source.randn(shape)) });
}
