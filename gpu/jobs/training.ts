/** What a training of a digit network is asked to do: pure data, shared by the bot and the training process. */
import * as z from 'zod';
import { UserError } from '../errors.ts';
import { DIGIT_MODELS, type DigitModel, newerModel } from './digit-models.ts';
import { seed } from './values.ts';

/** The noise σ on the digits that the one-step denoiser trains on (exercise 1.2.1). */
export const DENOISER_SIGMA = 0.5;

/**
 * What the denoiser receives: a `digit` under that noise, or `noise` alone (exercise 1.2.3 of 2025), for which the best
 * prediction is the mean of all digits.
 */
export const DENOISER_INPUTS = ['digit', 'noise'] as const;
export type DenoiserInput = (typeof DENOISER_INPUTS)[number];

/** The share of digits whose class is withheld from `class` and `flow-class` in training, for guidance. */
export const UNTOLD_SHARE = 0.1;

/**
 * `demo`: legible digits within five minutes on two cores. `course`: the course's parameters. `demo-flow` and `course-2025`:
 * the same for the 2025 edition, where `time` and `class` are flows.
 */
export const TRAINING_PRESETS = ['demo', 'course', 'demo-flow', 'course-2025'] as const;
export type TrainingPreset = (typeof TRAINING_PRESETS)[number];

/**
 * How the learning rate decays. `constant`: not at all. `exponential`: once an epoch, to a tenth over all of them (the
 * course's 0.1^(1/20) over 20 epochs). `cosine`: with every step, to 0 at the end.
 */
export const DECAYS = ['constant', 'exponential', 'cosine'] as const;
export type Decay = (typeof DECAYS)[number];

/** The smallest and largest values that a training accepts, both included. */
export const TRAINING_LIMITS = {
	/** Channels at the UNet's first level; the course's D. */
	hidden: { min: 4, max: 256 },
	batchSize: { min: 1, max: 1024 },
	epochs: { min: 1, max: 100 },
	steps: { min: 1, max: 1_000_000 },
	learningRate: { min: 1e-7, max: 0.1 },
} as const;

const whole = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max);

/** Everything that determines the trained network. */
export const trainingPlan = z.object({
	model: z.enum(DIGIT_MODELS),
	/** Only for the denoiser; absent: digit. */
	input: z.enum(DENOISER_INPUTS).optional(),
	hidden: whole(TRAINING_LIMITS.hidden),
	batchSize: whole(TRAINING_LIMITS.batchSize),
	/** Passes over all digits; an incomplete last batch is skipped. */
	epochs: whole(TRAINING_LIMITS.epochs),
	/** Steps after which training ends; absent: at the end of the last epoch. */
	steps: whole(TRAINING_LIMITS.steps).optional(),
	learningRate: z.number().min(TRAINING_LIMITS.learningRate.min).max(TRAINING_LIMITS.learningRate.max),
	decay: z.enum(DECAYS),
	/** Decay of the exponential moving average of the weights, which sampling then uses; absent: the weights themselves. */
	ema: z.number().min(0).lt(1).optional(),
	/** Determines the initial weights, the order of the digits, the noise, the timesteps and the dropped classes. */
	seed,
});
export type TrainingPlan = z.infer<typeof trainingPlan>;

type PresetPlan = Omit<TrainingPlan, 'model' | 'input' | 'seed'>;

/** The course's plans: exercise 1.2.1 for the denoiser, 2.2 and 2.4 for the others, 2.2 and 2.5 of 2025 for the flows. */
const COURSE = {
	denoiser: { hidden: 128, batchSize: 256, epochs: 5, learningRate: 1e-4, decay: 'constant' },
	time: { hidden: 64, batchSize: 128, epochs: 20, learningRate: 1e-3, decay: 'exponential' },
	class: { hidden: 64, batchSize: 128, epochs: 20, learningRate: 1e-3, decay: 'exponential' },
	'flow-time': { hidden: 64, batchSize: 64, epochs: 10, learningRate: 1e-2, decay: 'exponential' },
	'flow-class': { hidden: 64, batchSize: 64, epochs: 10, learningRate: 1e-2, decay: 'exponential' },
} as const satisfies Record<DigitModel, PresetPlan>;

/**
 * A quarter of the course's channels (an eighth for the denoiser), three epochs (two), a larger rate that falls to 0, and
 * samples from the moving average of the weights. After 3,000 steps a judge read 397 of 400 samples as the digit that was
 * asked for. A step takes 0.06 to 0.14 seconds on two free cores, so all 2,811 take three to seven minutes; flows too are
 * legible after the first epoch, within three.
 */
const DEMO = {
	denoiser: { hidden: 16, batchSize: 64, epochs: 2, learningRate: 2e-3, decay: 'cosine' },
	time: { hidden: 16, batchSize: 64, epochs: 3, learningRate: 2e-3, decay: 'cosine', ema: 0.99 },
	class: { hidden: 16, batchSize: 64, epochs: 3, learningRate: 2e-3, decay: 'cosine', ema: 0.99 },
	'flow-time': { hidden: 16, batchSize: 64, epochs: 3, learningRate: 2e-3, decay: 'cosine', ema: 0.99 },
	'flow-class': { hidden: 16, batchSize: 64, epochs: 3, learningRate: 2e-3, decay: 'cosine', ema: 0.99 },
} as const satisfies Record<DigitModel, PresetPlan>;

interface Preset {
	readonly plans: Readonly<Record<DigitModel, PresetPlan>>;
	/** Whether `time` and `class` mean the flows that replaced them. */
	readonly newer?: true;
}

const PRESETS: Readonly<Record<TrainingPreset, Preset>> = {
	demo: { plans: DEMO },
	course: { plans: COURSE },
	'demo-flow': { plans: DEMO, newer: true },
	'course-2025': { plans: COURSE, newer: true },
};

/** The course's parameters for a network. */
export const coursePlan = (model: DigitModel): PresetPlan => COURSE[model];

/** The longest run id, which becomes part of a path. */
export const MAX_RUN_ID_CHARACTERS = 64;

/** The number of training digits, and so the length of an epoch. */
export const TRAINING_DIGITS = 60_000;

/** Batches per epoch; the last one is skipped unless it is full. */
export function stepsPerEpoch({ batchSize }: Pick<TrainingPlan, 'batchSize'>, digits = TRAINING_DIGITS): number {
	return Math.floor(digits / batchSize);
}

/** Steps in the whole training. */
export function stepsOfTraining(
	plan: Pick<TrainingPlan, 'batchSize' | 'epochs' | 'steps'>,
	digits = TRAINING_DIGITS,
): number {
	return plan.steps ?? stepsPerEpoch(plan, digits) * plan.epochs;
}

/** What a person asks for: a preset, and what should differ from it. */
export interface TrainingChoice {
	readonly model: DigitModel;
	readonly preset: TrainingPreset;
	readonly seed: number;
	/** Only for the denoiser; absent: digit. */
	readonly input?: DenoiserInput;
	readonly hidden?: number;
	readonly batchSize?: number;
	/** Only one of `epochs` and `steps`. */
	readonly epochs?: number;
	readonly steps?: number;
	readonly learningRate?: number;
	readonly decay?: Decay;
}

/** The plan for a choice. Throws a UserError that names what is out of range. */
export function planTraining({ model: named, preset, input, ...choice }: TrainingChoice): TrainingPlan {
	if (!Object.hasOwn(PRESETS, preset)) throw oneOf('preset', TRAINING_PRESETS, preset);
	const { plans, newer } = PRESETS[preset];
	if (!Object.hasOwn(plans, named)) throw oneOf('model', DIGIT_MODELS, named);
	const model = newer ? newerModel(named) : named;
	if (input === 'noise' && model !== 'denoiser') {
		throw new UserError(`Noise alone is an input for the denoiser; "${model}" gets noisy digits anyway.`);
	}
	if (choice.epochs !== undefined && choice.steps !== undefined) {
		throw new UserError('Give either epochs or steps, not both: each says where the training ends.');
	}
	const given = Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined));
	const { steps: usual, ...standard } = plans[model];
	const steps = choice.epochs === undefined ? (choice.steps ?? usual) : undefined;
	const plan = { ...standard, ...given, model, ...(input === 'noise' && { input }), seed: choice.seed };
	assertWithin({ ...plan, steps });
	if (steps === undefined) return plan;
	// The decay is counted in epochs.
	const epochs = Math.ceil(steps / stepsPerEpoch(plan));
	if (epochs > TRAINING_LIMITS.epochs.max) {
		const most = TRAINING_LIMITS.epochs.max * stepsPerEpoch(plan);
		throw new UserError(`${steps} steps are too many: with batches of ${plan.batchSize} there can be up to ${most}.`);
	}
	return { ...plan, steps, epochs };
}

const NAMES: Readonly<Record<keyof typeof TRAINING_LIMITS, string>> = {
	hidden: 'hidden size',
	batchSize: 'batch',
	epochs: 'number of epochs',
	steps: 'number of steps',
	learningRate: 'learning rate',
};

function assertWithin(plan: Partial<Record<keyof typeof TRAINING_LIMITS, number>>): void {
	for (const [key, { min, max }] of Object.entries(TRAINING_LIMITS)) {
		const name = key as keyof typeof TRAINING_LIMITS;
		const value = plan[name];
		const isWhole = name !== 'learningRate';
		if (value === undefined || (value >= min && value <= max && (!isWhole || Number.isInteger(value)))) continue;
		const kind = isWhole ? 'whole number' : 'number';
		throw new UserError(`The ${NAMES[name]} must be a ${kind} from ${min} to ${max}, not ${value}.`);
	}
}

function oneOf(what: string, names: readonly string[], got: string): UserError {
	return new UserError(`There is no ${what} "${got}"; it can be ${names.join(', ')}.`);
}
