/** The UNets of the course over digits: a row for each, of what everybody may know of it. */

interface DigitModelRow {
	/** What it answers: the clean digit, the noise in a diffusion's x_t, or the velocity of a flow at x_t. */
	readonly answers: 'digit' | 'noise' | 'velocity';
	/** Whether it is told which digit to see. */
	readonly told: boolean;
}

/**
 * `denoiser`: from a digit with noise of DENOISER_SIGMA to the clean one, in one step. `time`: the noise at a timestep of a
 * diffusion. `class`: the same, told which digit it is. `flow-time` and `flow-class`: likewise the velocity at a time of flow
 * matching, which the assignment has in place of the diffusion since 2025.
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

/** Makes digits out of noise. */
export type SamplingModel = Answering<'noise' | 'velocity'>;
export const SAMPLING_MODELS = ['class', 'time', 'flow-class', 'flow-time'] as const satisfies readonly SamplingModel[];

/** Makes digits out of noise along a flow. */
export type FlowModel = Answering<'velocity'>;
export const FLOW_MODELS = ['flow-class', 'flow-time'] as const satisfies readonly FlowModel[];

/** Makes the digit that it is told. */
export const TOLD_MODELS = ['class', 'flow-class'] as const satisfies readonly SamplingModel[];
export type ToldModel = (typeof TOLD_MODELS)[number];

export function isFlow(model: DigitModel): model is FlowModel {
	return ROWS[model].answers === 'velocity';
}

/** Whether a network is told which digit to see, so that there is something to guide it by. */
export function isTold(model: DigitModel): model is ToldModel {
	return ROWS[model].told;
}

/** The epochs after which the edition of 2025 samples; the flows that come with the program come as they were after each. */
export const FLOW_EPOCHS: readonly number[] = [1, 5, 10];

/** The networks of each edition of the assignment's Part B, in its order. */
export const EDITION_MODELS = {
	2024: ['denoiser', 'time', 'class'],
	2025: ['denoiser', 'flow-time', 'flow-class'],
} as const satisfies Record<number, readonly DigitModel[]>;
export type Edition = keyof typeof EDITION_MODELS;
export type EditionModel<E extends Edition> = (typeof EDITION_MODELS)[E][number];

/** The network that has the place of `model` in the edition of 2025: `flow-class` for `class`. */
export function newerModel(model: DigitModel): EditionModel<2025> {
	const older: readonly DigitModel[] = EDITION_MODELS[2024];
	const place = older.indexOf(model);
	return place === -1 ? (model as EditionModel<2025>) : EDITION_MODELS[2025][place];
}
