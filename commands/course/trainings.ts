/** The trainings that Part B of the report is made from: which each edition needs, and how the user's own are told apart. */
import {
	type DenoiserInput,
	type DigitModel,
	EDITION_MODELS,
	type Edition,
	FLOW_EPOCHS,
	type TrainingPlan,
} from '../../gpu/jobs/index.ts';
import { requestLine } from '../lib/request-line.ts';
import { train } from '../mnist/train.ts';
import { DENOISED_EPOCHS, SAMPLED_EPOCHS } from '../mnist/training-figures.ts';

interface CourseTraining {
	/** The network that it trains. */
	readonly model: DigitModel;
	/** What a sentence calls it, where that is not the network's name. */
	readonly called?: string;
	/** What /mnist train is given in addition to network and preset. */
	readonly options?: Readonly<Record<string, string | number>>;
	/** Whether a plan for this network makes such a training; absent: every one does. */
	readonly fits?: (plan: TrainingPlan) => boolean;
	/** The epochs after which the assignment asks for results. */
	readonly epochs: readonly number[];
}

/** The rate at which the assignment's schedule ends: a constant one has to be small enough for the end. */
const CONSTANT_RATE = 1e-3;

const NOISE = 'noise' satisfies DenoiserInput;

const isOfNoise = ({ input }: TrainingPlan) => input === NOISE;
const isConstant = ({ decay }: TrainingPlan) => decay === 'constant';

const TRAININGS = {
	denoiser: { model: 'denoiser', fits: (plan) => !isOfNoise(plan), epochs: DENOISED_EPOCHS },
	/** For exercise 1.2.3 of 2025. */
	'pure-noise': {
		model: 'denoiser',
		called: 'a denoiser on noise alone',
		options: { input: NOISE },
		fits: isOfNoise,
		epochs: DENOISED_EPOCHS,
	},
	time: { model: 'time', epochs: SAMPLED_EPOCHS },
	class: { model: 'class', epochs: SAMPLED_EPOCHS },
	'flow-time': { model: 'flow-time', epochs: FLOW_EPOCHS },
	'flow-class': { model: 'flow-class', fits: (plan) => !isConstant(plan), epochs: FLOW_EPOCHS },
	/** For the last part of exercise 2.6 of 2025. */
	'no-schedule': {
		model: 'flow-class',
		called: 'a flow-class without the schedule',
		options: { 'learning-rate': CONSTANT_RATE, schedule: 'none' },
		fits: isConstant,
		epochs: FLOW_EPOCHS,
	},
} as const satisfies Record<string, CourseTraining>;

export type TrainingName = keyof typeof TRAININGS;
export const COURSE_TRAININGS: Readonly<Record<TrainingName, CourseTraining>> = TRAININGS;
export const TRAINING_NAMES = Object.keys(TRAININGS) as [TrainingName, ...TrainingName[]];

/** The trainings of each edition, in the order of its exercises. */
export const EDITION_TRAININGS: Readonly<Record<Edition, readonly TrainingName[]>> = {
	2024: EDITION_MODELS[2024],
	2025: ['denoiser', 'pure-noise', 'flow-time', 'flow-class', 'no-schedule'],
};

export const EDITIONS = Object.keys(EDITION_TRAININGS).map(Number) as Edition[];

/** What a sentence calls a training, "flow-time". */
export const nameTraining = (name: TrainingName): string => COURSE_TRAININGS[name].called ?? name;

/** Which training of the edition a plan makes, if any. */
export const trainingOf = (plan: TrainingPlan, edition: Edition): TrainingName | undefined =>
	EDITION_TRAININGS[edition].find((name) => {
		const { model, fits } = COURSE_TRAININGS[name];
		return model === plan.model && (fits?.(plan) ?? true);
	});

const PRESETS = { 2024: 'course', 2025: 'course-2025' } as const satisfies Record<Edition, string>;

/** "/mnist train flow-time --preset course-2025": the line that makes such a training with the edition's parameters. */
export function trainingLine(name: TrainingName, edition: Edition): string {
	const { model, options } = COURSE_TRAININGS[name];
	return requestLine([train], train.name, { model, preset: PRESETS[edition], ...options });
}
