/** Stage II right after stage I: the option that asks for it, and the part of the job. */
import {
	countEnlarged,
	type UpscalableJob,
	type Upscaler,
	USUAL_NOISE_LEVEL,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { ModelList } from '../../gpu/queue/runner.ts';
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

/** The first stage II model, /upscale's default, with its usual settings; undefined where none is installed. */
export function upscalerAmong({ usable }: ModelList, readings = 1): Upscaler | undefined {
	const [first] = modelsFor({ stage: 2 }, usable);
	return first && { model: first.name, guidanceScale: first.guidanceScale, noiseLevel: usualNoiseLevel(readings) };
}

interface UpscaleChoice {
	readonly upscale: boolean;
	/** What the request names of these is stage II's too. */
	readonly steps: number | undefined;
	readonly timesteps: string;
}

/** How far apart stage II's steps are, in a request with these options. */
export const stageTwoSteps = ({
	steps,
	timesteps,
}: Omit<UpscaleChoice, 'upscale'>): Pick<Upscaler, 'steps' | 'timesteps'> => ({
	...(steps !== undefined && { steps }),
	...(namesTimesteps(timesteps) && { timesteps }),
});

/**
 * The part of the job; nothing where it is not asked for.
 *
 * @param readings how many prompts the picture has
 * @throws {UserError} where no stage II model is installed
 */
export async function upscalerParameter(
	{ upscale, ...sampling }: UpscaleChoice,
	readings: number,
	models: () => Promise<ModelList>,
): Promise<{ upscaler?: Upscaler }> {
	if (!upscale) return {};
	const upscaler = upscalerAmong(await models(), readings);
	if (!upscaler) {
		throw new UserError(
			'upscale needs a stage II model, and none is installed; leave it out, or ask who runs the bot.',
		);
	}
	return { upscaler: { ...upscaler, ...stageTwoSteps(sampling) } };
}

/** The button below one of the job's pictures that stage II has not enlarged. */
export function upscaleButtons(job: UpscalableJob, index: number): readonly ReplyButton[] {
	return job.upscaler && index < countEnlarged(job) ? [] : [upscaleButton(index)];
}
