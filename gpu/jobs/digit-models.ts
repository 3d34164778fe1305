/** The course's UNets over digits: a row for each, with what any part of the program may use. */

interface DigitModelRow {
	/** What it predicts: the clean digit, the noise in a diffusion's x_t, or a flow's velocity at x_t. */
	readonly answers: 'digit' | 'noise' | 'velocity';
	/** Whether it is conditioned on the digit's class. */
	readonly told: boolean;
}

/**
 * `denoiser`: from a digit with noise of DENOISER_SIGMA to the clean one, in one step. `time`: the noise at a timestep of a
 * diffusion. `class`: the same, conditioned on the digit. `flow-time` and `flow-class`: likewise the velocity at a time of
 * flow matching, which has replaced the diffusion in the assignment since 2025.
 */
const ROWS = {
	denoiser: { answers: 'digit', told: false },
	time: { answers: 'noise', told: false },
	class: { answers: 'noise', told: true },
	'flow-time': { answers: 'velocity', told: false },
	'flow-class': { answers: 'velocity', told: true },
} as const satisfies Record<string, DigitModelRow>;

type Rows = typeof ROWS;
export type DigitModel = keyof Rows;
export const DIGIT_MODELS = Object.keys(ROWS) as [DigitModel, ...DigitModel[]];

type Answering<A extends DigitModelRow['answers']> = {
	[M in DigitModel]: Rows[M]['answers'] extends A ? M : never;
}[DigitModel];

/** A model that makes digits out of noise. */
export type SamplingModel = Answering<'noise' | 'velocity'>;
export const SAMPLING_MODELS = ['class', 'time', 'flow-class', 'flow-time'] as const satisfies readonly SamplingModel[];

/** A model that makes digits out of noise along a flow. */
export type FlowModel = Answering<'velocity'>;
export const FLOW_MODELS = ['flow-class', 'flow-time'] as const satisfies readonly FlowModel[];

/** Models that make the digit that they are asked for. */
export const TOLD_MODELS = ['class', 'flow-class'] as const satisfies readonly SamplingModel[];
export type ToldModel = (typeof TOLD_MODELS)[number];

export function isFlow(model: DigitModel): model is FlowModel {
	return ROWS[model].answers === 'velocity';
}

/** Whether a network is conditioned on the digit, so that it can be guided. */
export function isTold(model: DigitModel): model is ToldModel {
	return ROWS[model].told;
}

/** The epochs after which the 2025 edition samples; the shipped flows come with their weights after each. */
export const FLOW_EPOCHS: readonly number[] = [1, 5, 10];

/** The networks in each edition of the assignment's Part B, in the order of the assignment. */
export const EDITION_MODELS = {
	2024: ['denoiser', 'time', 'class'],
	2025: ['denoiser', 'flow-time', 'flow-class'],
} as const satisfies Record<number, readonly DigitModel[]>;
export type Edition = keyof typeof EDITION_MODELS;
export type EditionModel<E extends Edition> = (typeof EDITION_MODELS)[E][number];

/** The network that takes the place of `model` in the 2025 edition: `flow-class` for `class`. */
export function newerModel(model: DigitModel): EditionModel<2025> {
	const older: readonly DigitModel[] = EDITION_MODELS[2024];
	const place = older.indexOf(model);
	return place === -1 ? (model as EditionModel<2025>) : EDITION_MODELS[2025][place];
}
