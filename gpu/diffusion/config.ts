/** The schedule that a model was trained with, read from scheduler/scheduler_config.json in its directory. */
import * as z from 'zod';
import { ModelError } from '../errors.ts';
import { configError } from '../explain-issue.ts';
import { linear, type Schedule, squaredcosCapV2, TRAINED_TIMESTEPS } from './schedule.ts';
import { CLIPPING } from './threshold.ts';

/** The fields that the forward process depends on. */
const forward = {
	num_train_timesteps: z.literal(TRAINED_TIMESTEPS).default(TRAINED_TIMESTEPS),
	beta_schedule: z.enum(['linear', 'squaredcos_cap_v2']).default('linear'),
	beta_start: z.number().positive().lt(1).default(0.0001),
	beta_end: z.number().positive().lt(1).default(0.02),
	trained_betas: z.null().optional(),
};

/** Fields that diffusers writes for itself, and fields that only other schedulers read, whose configs people start from. */
const IGNORED = [
	'_diffusers_version',
	'_name_or_path',
	'_use_default_values',
	'algorithm_type',
	'euler_at_final',
	'final_sigmas_type',
	'lower_order_final',
	'set_alpha_to_one',
	'skip_prk_steps',
	'solver_order',
	'solver_type',
	'use_beta_sigmas',
	'use_exponential_sigmas',
	'use_karras_sigmas',
	'use_lu_lambdas',
] as const;

/**
 * The constructor arguments of diffusers' DDPMScheduler, restricted to what this program computes. A missing field takes
 * diffusers' default, so a field whose default is not supported must be given.
 *
 * Timesteps are counted in thousandths everywhere (jobs, the course's list), hence exactly 1000 of them.
 */
const schedulerConfig = z.strictObject({
	...forward,
	...Object.fromEntries(IGNORED.map((name) => [name, z.unknown().optional()])),
	_class_name: z.literal('DDPMScheduler'),
	/** Where DPM-Solver starts; DeepFloyd's own files have it, and DDPM ignores it. */
	lambda_min_clipped: z.number().negative().optional(),
	variance_type: z.literal('learned_range'),
	prediction_type: z.literal('epsilon').default('epsilon'),
	thresholding: z.boolean().default(false),
	dynamic_thresholding_ratio: z.number().min(0).max(1).default(0.995),
	sample_max_value: z.number().min(1).default(1),
	clip_sample: z.boolean().default(true),
	clip_sample_range: z.literal(1).default(1),
	timestep_spacing: z.literal('leading').default('leading'),
	steps_offset: z.literal(0).default(0),
	rescale_betas_zero_snr: z.literal(false).default(false),
});

/**
 * Reads a parsed scheduler_config.json; `file` is its path, for messages.
 * Throws a ModelError that names the file, the field and its value when anything in it is unknown or not supported.
 */
export function scheduleFromConfig(config: unknown, file: string): Schedule {
	const parsed = schedulerConfig.safeParse(config);
	if (!parsed.success) throw configError(file, parsed.error.issues[0], config);
	const { lambda_min_clipped: lambdaMinClipped = DEFAULT_LAMBDA_MIN[parsed.data.beta_schedule] } = parsed.data;
	return {
		alphasCumprod: alphasCumprodOf(parsed.data),
		...thresholdingOf(parsed.data),
		...(lambdaMinClipped !== undefined && { lambdaMinClipped }),
	};
}

/** For files without the field: the value that DeepFloyd published with this schedule. Other schedules need no bound. */
const DEFAULT_LAMBDA_MIN = { squaredcos_cap_v2: -5.1, linear: undefined } as const;

type SchedulerConfig = z.output<typeof schedulerConfig>;

function thresholdingOf(config: SchedulerConfig): Pick<Schedule, 'thresholding'> {
	if (config.thresholding) {
		return { thresholding: { ratio: config.dynamic_thresholding_ratio, maxValue: config.sample_max_value } };
	}
	return config.clip_sample ? { thresholding: CLIPPING } : {};
}

/**
 * Checks that the scheduler that noises stage II's low-resolution picture (`config`, of which only the forward process
 * matters) adds the same noise as `schedule`: pipelines use one schedule per model. Throws a ModelError otherwise.
 */
export function assertSameForwardProcess(config: unknown, file: string, schedule: Schedule): void {
	const parsed = z.object(forward).safeParse(config);
	if (!parsed.success) throw configError(file, parsed.error.issues[0], config);
	const alphasCumprod = alphasCumprodOf(parsed.data);
	if (alphasCumprod.some((value, t) => value !== schedule.alphasCumprod[t])) {
		throw new ModelError(`${file}: field "beta_schedule" must give the same noise as that of scheduler/`);
	}
}

type Forward = z.output<z.ZodObject<typeof forward>>;

function alphasCumprodOf({ num_train_timesteps: T, beta_schedule, beta_start, beta_end }: Forward): Float32Array {
	return beta_schedule === 'linear' ? linear(T, beta_start, beta_end) : squaredcosCapV2(T);
}
