/** The parts that the figures of Part B are made of, in each edition. */
import { DENOISER_SIGMA, type Edition, isFlow } from '../../gpu/jobs/index.ts';
import { andPlainly } from '../lib/lists.ts';
import { describePlan } from '../mnist/describe.ts';
import type { ShippedEpochs } from '../mnist/shipped.ts';
import { SAMPLED_ROWS, shownEpochs } from '../mnist/training-figures.ts';
import { type CourseFigure, type FigureRequest, type FigureRow, type Lesson, rowsOf } from './figure.ts';
import type { OwnRuns } from './own-runs.ts';
import type { Recordings } from './recorded.ts';
import { COURSE_TRAININGS, nameTraining, type TrainingName, trainingLine } from './trainings.ts';

type Options = FigureRequest['options'];

/** What there is to make figures from. */
export interface PartB {
	readonly edition: Edition;
	/** The user's own trainings. */
	readonly own: OwnRuns;
	/** What is shown where there is no such training. */
	readonly recorded: Recordings;
	/** The epochs of the bot's own networks. */
	readonly shipped: ShippedEpochs;
}

export const mnist = (verb: string, options: Options = {}): FigureRequest => ({ command: `mnist ${verb}`, options });

/** The noise that the denoiser is trained with. */
export const USUAL_SIGMA = String(DENOISER_SIGMA);

/** Weights of a run after one of the epochs that it has; the bot's own where there is no run. */
export type Weights = { readonly run?: string; readonly epoch?: number };

/** The option that names the bot's own network; none for a run, which has its own. */
export const networkOf = ({ own }: PartB, name: TrainingName): Options =>
	own[name] ? {} : { model: COURSE_TRAININGS[name].model };

/** The epochs after which there are weights of the bot's own network, where that is such a training. */
const shippedAfter = ({ shipped }: PartB, name: TrainingName) =>
	COURSE_TRAININGS[name].model === name ? shipped[name] : undefined;

/** The weights after each epoch that the assignment asks for, where there are any, and after the last. */
export function weightsAfter(part: PartB, name: TrainingName): Weights[] {
	const { epochs, model } = COURSE_TRAININGS[name];
	const run = part.own[name];
	if (run) {
		const { id, epochs: kept } = run;
		return shownEpochs(epochs, kept[kept.length - 1])
			.filter((epoch) => kept.includes(epoch))
			.map((epoch) => ({ run: id, epoch }));
	}
	if (!isFlow(model)) return [{}];
	const there = shippedAfter(part, name) ?? [];
	return epochs.filter((epoch) => there.includes(epoch)).map((epoch) => ({ epoch }));
}

export function lastWeights({ own }: PartB, name: TrainingName): Weights {
	const run = own[name];
	return run ? { run: run.id, epoch: run.epochs[run.epochs.length - 1] } : {};
}

/** The losses of a training. */
export const losses = ({ own }: PartB, name: TrainingName) => mnist('status', { run: own[name]?.id ?? name });

/** Samples after each of the epochs, in a film after the last. */
export const samples = (part: PartB, name: TrainingName, options: Options) =>
	rowsOf(
		...weightsAfter(part, name).map((weights, i, { length }) =>
			mnist('sample', {
				count: SAMPLED_ROWS,
				...options,
				...weights,
				...(i === length - 1 && { animate: 'yes' }),
			}),
		),
	);

/** Which training a figure shows; and where that is the bot's own, how to see more. */
export function source(part: PartB, name: TrainingName, more = ''): string {
	const run = part.own[name];
	if (run) return `From the training ${run.id}.`;
	const after = shippedAfter(part, name)?.map(String) ?? [];
	const epochs =
		after.length === 0 ? '' : `, after its epoch${after.length === 1 ? '' : 's'} ${andPlainly.format(after)}`;
	return `From the network that comes with the bot${epochs}.${more && ` ${more}`}`;
}

/** The same with the parameters, which the reply with the bot's own chart has anyway, and what its curve consists of. */
export function parameters({ own }: PartB, name: TrainingName, more = ''): string {
	const run = own[name];
	if (run) return `The training ${run.id} is ${describePlan(run.plan)}.`;
	return [
		'From the network that comes with the bot.',
		'Every point of its curve is a mean over some steps, even the first; a training here keeps every step.',
		more,
	]
		.join(' ')
		.trim();
}

const SMALLER = 'recorded from a smaller training by this bot: one of the assignment’s size takes hours on two cores.';

/** What the assignment asks for from earlier epochs, where it was recorded and no run of the user's replaces it. */
export function recordedSheets({ own, recorded }: PartB, name: TrainingName): FigureRow[] {
	const recording = recorded[name];
	if (own[name] || !recording) return [];
	return [{ note: `Earlier epochs, ${SMALLER}`, requests: [], recorded: { ...recording, losses: undefined } }];
}

/** The losses of every step, likewise. */
export function recordedLosses({ own, recorded }: PartB, name: TrainingName): FigureRow[] {
	const recording = recorded[name];
	if (own[name] || !recording?.losses) return [];
	return [{ note: `Every step and their mean, ${SMALLER}`, requests: [], recorded: { ...recording, sheets: [] } }];
}

/** "To see the digits after the epochs 1 and 5, train one (/mnist train denoiser --preset course), and this page uses it." */
export function howToSee(part: PartB, name: TrainingName, what: string): string {
	const there = [...(shippedAfter(part, name) ?? []), ...(part.recorded[name]?.sheets ?? []).map(({ epoch }) => epoch)];
	const epochs = COURSE_TRAININGS[name].epochs.filter((epoch) => !there.includes(epoch));
	if (epochs.length === 0) return '';
	const list = andPlainly.format(epochs.map(String));
	return `To see ${what} after the epoch${epochs.length === 1 ? '' : 's'} ${list}, train one (${trainingLine(name, part.edition)}), and this page uses it.`;
}

/** Whether there is neither a run of such a training nor weights of the bot's own; every copy has those that are not flows. */
export function isMissing(part: PartB, name: TrainingName): boolean {
	const { model } = COURSE_TRAININGS[name];
	const comesAlways = !isFlow(model) && model === name;
	return !comesAlways && part.own[name] === undefined && shippedAfter(part, name) === undefined;
}

/** What is shown instead of a figure that there are no weights for. */
export function missingRow({ edition }: PartB, name: TrainingName): FigureRow {
	const remedy = `${trainingLine(name, edition)} trains one, and /course --edition ${edition} --run ID then shows it.`;
	return { requests: [], missing: `This copy comes without weights of ${nameTraining(name)}: ${remedy}` };
}

/** A figure whose text ends with what it is made from. */
export const figureOf = (id: string, lesson: Lesson, by: string, rows: readonly FigureRow[]): CourseFigure => ({
	id,
	...lesson,
	text: by === '' ? lesson.text : `${lesson.text} ${by}`,
	rows,
});
