/** The parts of jobs that the whole program may import: their data, their cost, and their results. */
export {
	type DeviceName,
	isDeviceName,
	MEMORY_PLANS,
	type MemoryPlan,
	type Provider,
} from '../device.ts';
export type { FlowChoice } from '../diffusion/flow/sample.ts';
export { FLOW_SAMPLER_NAMES, FLOW_SAMPLERS, type FlowSamplerName } from '../diffusion/flow/samplers.ts';
export { SAMPLER_NAMES, type SamplerName } from '../diffusion/samplers/index.ts';
export { MAX_SEED } from '../diffusion/seeds.ts';
export { TIMESTEP_TABLE_NAMES, type TimestepTableName } from '../diffusion/timestep-tables.ts';
export { FULL_DISK, isFullDisk, ModelError, UserError } from '../errors.ts';
export { widestKernel } from '../tensor/blur.ts';
export { FITS, type Fit } from '../tensor/fit.ts';
export {
	ALL_DIGITS,
	COURSE_SIGMAS,
	DIGIT_GUIDANCE,
	type DigitSource,
	FLOW_STEPS,
	MAX_DIGITS,
	MAX_FLOW_STEPS,
	MAX_SIGMA,
	MAX_SIGMAS,
	MAX_SOURCES,
} from './digit-fields.ts';
export * from './digit-models.ts';
export { countEnlarged, type Enlarging, enlargingOf, type UpscalableJob } from './enlarging.ts';
export {
	costOf,
	type DigitJob,
	isDigitJob,
	type Job,
	type JobKind,
	type JobKindOver,
	type JobOf,
	jobSchema,
	mayBringEmbeddings,
	modelsOf,
	networkOf,
	ownPromptsOf,
	promptsOf,
	runsOn,
	type SamplingJob,
	seedOf,
	type Work,
	workOf,
} from './job.ts';
export { MAX_VIEWS } from './kinds/anagram.ts';
export {
	BLUR_LIMITS,
	DENOISE_METHODS,
	type DenoiseMethod,
	denoiseStart,
	ENTRY_TIMESTEP,
	methodsOf,
} from './kinds/denoise.ts';
export { MAX_EMBEDDED_PROMPTS } from './kinds/embed.ts';
export {
	INPAINT_RULES,
	type InpaintRule,
	MAX_FEATHER,
	MAX_JUMP,
	MAX_RESAMPLES,
	resamplingOf,
} from './kinds/inpaint.ts';
export { TOY_BATCH, TOY_LIMITS, TOY_METHODS, TOY_SHAPES, type ToyMethod, type ToyShape } from './kinds/toy.ts';
export { USUAL_NOISE_LEVEL } from './kinds/upscale.ts';
export { comparablePrompt, type FindPrompt, promptFinder } from './known-prompts.ts';
export * from './losses.ts';
export * from './result.ts';
export {
	DEFAULT_PROMPT,
	MAX_EMBEDDING_FILES,
	MAX_GUIDANCE,
	MAX_PICTURES,
	MAX_STEPS,
	MAX_TIMESTEP,
} from './sampling.ts';
export * from './short.ts';
export * from './toy-record.ts';
export * from './training.ts';
export { CLASSIFIER_TIMESTEPS, judgedAmong, MAX_TRIES } from './tries.ts';
export { type Upscaler, upscalingChoice } from './upscaler.ts';
export * from './values.ts';
