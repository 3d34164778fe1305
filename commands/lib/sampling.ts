/** The options that every sampling command has, and the part of the job that they fill. */
import { countSteps, planSampling } from '../../gpu/diffusion/plan.ts';
import { ETA_SAMPLERS, SAMPLER_NAMES, SAMPLERS, type SamplerName } from '../../gpu/diffusion/samplers/index.ts';
import { TIMESTEP_TABLE_NAMES, type TimestepTableName } from '../../gpu/diffusion/timestep-tables.ts';
import { COURSE_TIMESTEPS } from '../../gpu/diffusion/timesteps.ts';
import {
	DEFAULT_PROMPT,
	type Fit,
	type Job,
	type JobOf,
	MAX_GUIDANCE,
	MAX_STEPS,
	MAX_TIMESTEP,
	type Upscaler,
	UserError,
} from '../../gpu/jobs/index.ts';
import type { OwnSampling } from '../../gpu/queue/runner.ts';
import { splitAxis } from './axis-text.ts';
import { describeFit } from './fit-option.ts';
import type { TextOption, Values } from './options.ts';
import { MAX_PROMPT_CHARACTERS } from './options.ts';
import { COURSE_PROMPTS } from './prompts.ts';
import { styleOption } from './style-option.ts';

/** An optional prompt; if missing or empty, the course's default, whatever the model draws well. */
export const promptOption = {
	kind: 'text',
	summary: 'What to show, in words',
	label: 'What to show',
	positional: true,
	maxLength: MAX_PROMPT_CHARACTERS,
	default: DEFAULT_PROMPT,
	suggestions: COURSE_PROMPTS,
	prompt: true,
	styled: true,
	example: 'an oil painting of a snowy mountain village',
} as const satisfies TextOption;

/** One of several prompts, which may be absent and so has no default. */
const { default: _, ...furtherPrompt } = promptOption;

const furtherPromptOption = { ...furtherPrompt, prominence: 'low' } as const satisfies TextOption;

export { furtherPromptOption };

/** The list used when none is named; jobs leave it out. */
const COURSE_LIST = 'course';

/** "990, 960, …, 0" */
const courseList = `${COURSE_TIMESTEPS.slice(0, 2).join(', ')}, …, ${COURSE_TIMESTEPS.at(-1)}`;

const SAMPLER_MEANINGS = Object.fromEntries(SAMPLER_NAMES.map((name) => [name, SAMPLERS[name].summary])) as Readonly<
	Record<SamplerName, string>
>;

/** @param sampler the default of --sampler */
export function samplingOptions<D extends SamplerName>(sampler: D) {
	return {
		seed: {
			kind: 'seed',
			label: 'Random seed',
			summary: 'Same seed, same picture; drawn if absent',
			example: 180,
		},
		steps: {
			kind: 'integer',
			label: 'Number of steps',
			summary: `How many steps; default: the course's, ${courseList}`,
			min: 1,
			max: MAX_STEPS,
			example: 20,
		},
		timesteps: {
			kind: 'choice',
			label: 'List of timesteps',
			summary: 'A list of timesteps instead of steps',
			choices: [COURSE_LIST, ...TIMESTEP_TABLE_NAMES],
			default: COURSE_LIST,
		},
		guidance: {
			kind: 'number',
			label: 'Strength of guidance',
			summary: "Classifier-free guidance scale, 1 = none; default: the model's own",
			min: 1,
			max: MAX_GUIDANCE,
			example: 7,
		},
		'guidance-range': {
			kind: 'numbers',
			label: 'Timesteps with guidance',
			summary: 'Guide only between these two timesteps',
			min: 0,
			max: MAX_TIMESTEP,
			count: 2,
			example: '0,800',
		},
		negative: {
			kind: 'text',
			label: 'Keep away from',
			summary: 'What to steer away from, as the unconditional prompt',
			maxLength: MAX_PROMPT_CHARACTERS,
			prompt: true,
			default: '',
			example: 'a blurry photo',
		},
		model: { kind: 'model', label: 'Model to use', summary: 'A model that /models lists' },
		sampler: {
			kind: 'choice',
			label: 'How noise is removed (sampler)',
			summary: 'How each step removes noise',
			choices: SAMPLER_NAMES,
			meanings: SAMPLER_MEANINGS,
			default: sampler,
		},
		eta: {
			kind: 'number',
			label: 'Share of fresh noise (eta)',
			summary: `With ${ETA_SAMPLERS.join(', ')}: the share of fresh noise in each step; default: 0`,
			min: 0,
			max: 1,
			example: 0.5,
		},
		style: styleOption,
		embeddings: {
			kind: 'embeddings',
			label: 'File of prompt embeddings',
			summary: 'Prompt embeddings, in place of a text encoder',
			commandLineOnly: true,
		},
	} as const;
}

/** The choice that leaves the sampling to the model. */
const AUTO = 'auto';

/** The sampler of a request that leaves it open, where the model has no sampling of its own. */
const USUAL_SAMPLER = 'ddpm';

/** The same for commands that make pictures from noise alone: where the user says nothing, a model may use its own sampling. */
export function autoSamplingOptions() {
	const options = samplingOptions(USUAL_SAMPLER);
	const { timesteps, sampler } = options;
	return {
		...options,
		timesteps: { ...timesteps, choices: [AUTO, ...timesteps.choices], default: AUTO },
		sampler: {
			...sampler,
			choices: [AUTO, ...SAMPLER_NAMES],
			meanings: {
				[AUTO]: `the model's own sampling where it has one, otherwise ${USUAL_SAMPLER}`,
				...SAMPLER_MEANINGS,
			},
			default: AUTO,
		},
	} as const;
}

type SamplingValues = Omit<Values<ReturnType<typeof samplingOptions>>, 'style'>;
type AutoSamplingValues = Omit<Values<ReturnType<typeof autoSamplingOptions>>, 'style'>;
type ChoiceValues = Pick<SamplingValues | AutoSamplingValues, 'sampler' | 'steps' | 'timesteps' | 'eta' | 'model'>;

/** Whether a request names a list of timesteps, which has steps of its own. */
export const namesTimesteps = (timesteps: unknown): timesteps is TimestepTableName =>
	TIMESTEP_TABLE_NAMES.some((name) => name === timesteps);

/**
 * The number of steps that checked values ask for, the largest if there are several; undefined for a command that does
 * not sample along timesteps.
 *
 * @throws {UserError} when the values do not fit together
 */
export function stepsOf(values: Readonly<Record<string, unknown>>): number | undefined {
	if ('samplers' in values) return Math.max(...comparedSteps(values));
	if (!('timesteps' in values)) return undefined;
	return countSteps(planSampling(choiceOf(values as ChoiceValues)));
}

/** The step counts of /compare, from its list, its columns or its rows. */
function comparedSteps({ steps, rows, columns }: Readonly<Record<string, unknown>>): number[] {
	const axes = [rows, columns].map((axis) => splitAxis(String(axis)));
	return [...(steps as number[]), ...axes.flatMap((axis) => (axis?.name === 'steps' ? axis.values.map(Number) : []))];
}

type SamplingParameters = Pick<
	JobOf<'generate'>,
	| 'model'
	| 'seed'
	| 'guidanceScale'
	| 'guidanceRange'
	| 'negativePrompt'
	| 'sampler'
	| 'steps'
	| 'timesteps'
	| 'eta'
	| 'recipe'
	| 'embeddings'
>;

/**
 * The sampling part of a job. Throws a UserError when its parts do not fit together, before the job waits in the queue.
 *
 * @param prompts those for which the model's own sampling may start from a colour
 */
export function samplingParameters(
	options: SamplingValues | AutoSamplingValues,
	prompts: readonly string[] = [],
): SamplingParameters {
	const parameters = {
		model: options.model.name,
		seed: options.seed,
		guidanceScale: options.guidance ?? options.model.guidanceScale,
		...guidanceRangeOf(options),
		negativePrompt: options.negative,
		...choiceOf(options, prompts),
		...(options.embeddings && { embeddings: [options.embeddings.blob] }),
	};
	planSampling(parameters);
	return parameters;
}

/** Throws a UserError when it is not a range of timesteps. */
function guidanceRangeOf({ 'guidance-range': range }: Pick<SamplingValues, 'guidance-range'>) {
	if (!range) return {};
	const [least, most] = range;
	if (!range.every(Number.isInteger) || least > most) {
		throw new UserError(
			`The guidance range must be two whole numbers, the smaller first, such as 0,800; not ${range.join(',')}.`,
		);
	}
	return { guidanceRange: [least, most] as [number, number] };
}

function choiceOf({ sampler, steps, timesteps, eta, model }: ChoiceValues, prompts: readonly string[] = []) {
	const isOpen = sampler === AUTO && timesteps === AUTO && steps === undefined && eta === undefined;
	if (isOpen && model.sampling) return ownWay(model.sampling, prompts);
	return {
		sampler: sampler === AUTO ? USUAL_SAMPLER : sampler,
		...(steps !== undefined && { steps }),
		...(timesteps !== COURSE_LIST && timesteps !== AUTO && { timesteps }),
		...(eta !== undefined && { eta }),
	};
}

/** The model's own sampling, with the start colour of each prompt. */
function ownWay({ sampler, timesteps, clips, ...colours }: OwnSampling, prompts: readonly string[]) {
	const startColours = prompts.flatMap((prompt) => startColourOf(prompt, colours) ?? []);
	return {
		sampler,
		recipe: { timesteps: [...timesteps], clips, ...(startColours.length > 0 && { startColours }) },
	};
}

/** The mean of the colours whose words a prompt contains; if there are none, the colour for all prompts. */
function startColourOf(
	prompt: string,
	{ startColour, startColours }: Pick<OwnSampling, 'startColour' | 'startColours'>,
): number | undefined {
	const text = prompt.toLowerCase();
	const named = Object.entries(startColours).flatMap(([words, colour]) => (text.includes(words) ? [colour] : []));
	return named.length > 0 ? named.reduce((sum, colour) => sum + colour, 0) / named.length : startColour;
}

/** "seed 180, 20 steps, guidance 7, sampler ddim with eta 0.5, model emoji-if": how to reproduce it. */
export function describeSampling(
	job: SamplingParameters & { readonly fit?: Fit; readonly upscaler?: Upscaler },
): string {
	const parts = [
		`seed ${job.seed}`,
		describeTimesteps(job),
		`guidance ${job.guidanceScale}${job.guidanceRange ? ` from t = ${job.guidanceRange.join(' to ')}` : ''}`,
		`sampler ${job.sampler}${job.eta === undefined ? '' : ` with eta ${job.eta}`}`,
		`model ${job.model}`,
		...describeUpscaler(job),
		...describeFit(job),
	];
	if (job.negativePrompt) parts.push(`away from “${job.negativePrompt}”`);
	return parts.join(', ');
}

function describeUpscaler({ upscaler }: { readonly upscaler?: Upscaler }): string[] {
	if (!upscaler) return [];
	const { model, noiseLevel, guidanceScale, strength } = upscaler;
	const start = strength === undefined ? '' : `, strength ${strength}`;
	return [`stage II by ${model} from noise level ${noiseLevel} with guidance ${guidanceScale}${start}`];
}

/** A text that tells how to make a job's pictures again, with no more of that than their seeds. */
export function withoutSettings(text: string, job: Job, seeds: readonly number[]): string {
	if (!('guidanceScale' in job && 'sampler' in job)) return text;
	return seeds.reduce((short, seed) => short.replace(describeSampling({ ...job, seed }), `seed ${seed}`), text);
}

function describeTimesteps({ steps, timesteps, recipe, sampler }: SamplingParameters): string {
	if (recipe) return `${countSteps(planSampling({ sampler, recipe }))} steps of the model's own`;
	if (timesteps !== undefined) return `the timesteps ${timesteps}`;
	return steps === undefined ? "the course's timesteps" : describeSteps(steps);
}

/** "20 steps" */
export const describeSteps = (steps: number) => `${steps} step${steps === 1 ? '' : 's'}`;
