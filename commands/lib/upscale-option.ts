/** Stage II right after stage I: the option that asks for it, and the part of the job. */
import {
	countEnlarged,
	type UpscalableJob,
	type Upscaler,
	USUAL_NOISE_LEVEL,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { ModelList, ModelSummary } from '../../gpu/queue/runner.ts';
import type { ReplyButton } from './command.ts';
import { modelsFor } from './models-for.ts';
import type { FlagOption } from './options.ts';
import { namesTimesteps } from './sampling.ts';
import { upscaleButton } from './upscale-button.ts';

export const upscaleOption = {
	kind: 'flag',
	label: 'Four times as large',
	summary: 'Also through stage II, four times as large; of several tries the best',
} as const satisfies FlagOption;

/** From the authors of Visual Anagrams: it leaves less freedom to spoil one reading for the sake of another. */
const NOISE_LEVEL_OF_SEVERAL_READINGS = 50;

/** The timestep that the small picture is noised to by default. */
export const usualNoiseLevel = (readings: number): number =>
	readings > 1 ? NOISE_LEVEL_OF_SEVERAL_READINGS : USUAL_NOISE_LEVEL;

/** What stage II starts from, besides the small picture. */
type StageTwoStart = Pick<Upscaler, 'noiseLevel' | 'strength'>;

/** Stage II after a picture that started from noise. */
export const fromNoise = (readings: number): StageTwoStart => ({ noiseLevel: usualNoiseLevel(readings) });

/**
 * The default of diffusers' pipelines for stage II from a picture. The walk enters at about t = 780, where only the largest
 * shapes of the original are left, so even a free edit loses nothing by it.
 */
const STRENGTH = 0.8;

/** Stage II after an edit, by the defaults of IFImg2ImgSuperResolutionPipeline. */
export const FROM_ORIGINAL: StageTwoStart = { ...fromNoise(1), strength: STRENGTH };

/**
 * Stage II after an inpainting, at the noise level of IFInpaintingSuperResolutionPipeline: what was drawn has to go on fitting
 * the known pixels around it. That pipeline always starts from the original; here only if stage I did, since otherwise what
 * is under the mask was to go.
 *
 * @param isFresh whether stage I started from noise under the mask
 */
export const aroundKnown = (isFresh: boolean): StageTwoStart => ({
	noiseLevel: 0,
	...(!isFresh && { strength: STRENGTH }),
});

/**
 * The first stage II model that goes with a stage I model, with its own guidance: it enlarges pictures of that size, and reads
 * what that model reads. Undefined where none is installed.
 */
export function upscalerAmong(
	{ usable }: ModelList,
	stageOne: Pick<ModelSummary, 'sampleSize' | 'textWidth'>,
	start: StageTwoStart,
): Upscaler | undefined {
	const found = modelsFor({ stage: 2 }, usable).find(({ sampleSize, textWidth }) => {
		return sampleSize === 4 * stageOne.sampleSize && textWidth === stageOne.textWidth;
	});
	return found && { model: found.name, guidanceScale: found.guidanceScale, ...start };
}

interface UpscaleChoice {
	/** The stage I model. */
	readonly model: ModelSummary;
	readonly upscale: boolean;
	/** What the request names of these is stage II's too. */
	readonly steps: number | undefined;
	readonly timesteps: string;
}

/** How far apart stage II's steps are, in a request with these options. */
export const stageTwoSteps = ({
	steps,
	timesteps,
}: Pick<UpscaleChoice, 'steps' | 'timesteps'>): Pick<Upscaler, 'steps' | 'timesteps'> => ({
	...(steps !== undefined && { steps }),
	...(namesTimesteps(timesteps) && { timesteps }),
});

/**
 * The part of the job; nothing where it is not asked for.
 *
 * @throws {UserError} where no stage II model goes with the model
 */
export async function upscalerParameter(
	{ upscale, model, ...sampling }: UpscaleChoice,
	start: StageTwoStart,
	models: () => Promise<ModelList>,
): Promise<{ upscaler?: Upscaler }> {
	if (!upscale) return {};
	const upscaler = upscalerAmong(await models(), model, start);
	if (!upscaler) {
		throw new UserError(
			`upscale needs a stage II model that goes with ${model.name}, and none is installed; leave it out, or ask who runs the bot.`,
		);
	}
	return { upscaler: { ...upscaler, ...stageTwoSteps(sampling) } };
}

/** The button below one of the job's pictures that stage II has not enlarged. */
export function upscaleButtons(job: UpscalableJob, index: number): readonly ReplyButton[] {
	return job.upscaler && index < countEnlarged(job) ? [] : [upscaleButton(index)];
}
