/** The figures of Part B of the course's report, by the digit networks that come with the bot or by trainings of one's own. */
import { COURSE_SIGMAS, DENOISER_SIGMA, DIGIT_GUIDANCE, type DigitModel } from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import { describePlan } from '../mnist/describe.ts';
import {
	DENOISED_DIGITS,
	DENOISED_EPOCHS,
	FAR_DIGITS,
	NOISED_DIGITS,
	SAMPLED_EPOCHS,
	SAMPLED_ROWS,
	shownEpochs,
} from '../mnist/training-figures.ts';
import { DIGIT_LESSONS } from './digit-lessons.ts';
import { type CourseFigure, type FigureRequest, type FigureRow, rowsOf } from './figure.ts';
import type { OwnRuns } from './own-runs.ts';
import type { Recording, Recordings } from './recorded.ts';

type Options = FigureRequest['options'];

const mnist = (verb: string, options: Options = {}): FigureRequest => ({ command: `mnist ${verb}`, options });

const SEVEN_SIGMAS = COURSE_SIGMAS.join(',');

/** The losses of a network's training. */
const losses = (model: DigitModel, run: RunSummary | undefined) => mnist('status', { run: run?.id ?? model });

/** Weights of a run after one of the epochs that it has; the bot's own where there is no run. */
type Weights = { readonly run?: string; readonly epoch?: number };

/** The weights after each of the epochs that are wanted, as far as the run has them, and the last. */
function weightsAfter(run: RunSummary | undefined, epochs: readonly number[]): Weights[] {
	if (!run) return [{}];
	const { id, epochs: kept } = run;
	return shownEpochs(epochs, kept[kept.length - 1])
		.filter((epoch) => kept.includes(epoch))
		.map((epoch) => ({ run: id, epoch }));
}

const lastWeights = (run: RunSummary | undefined) => weightsAfter(run, []).slice(-1)[0];

/** How far the bot's own networks were trained, in epochs. */
export type ShippedEpochs = Partial<Readonly<Record<string, number>>>;

/** Which training a figure shows; and where it is that of the bot's own weights, how to see more of one. */
function source(run: RunSummary | undefined, epochs: number | undefined, more = ''): string {
	if (run) return `By the training ${run.id}.`;
	const after = epochs === undefined ? '' : `, after its epoch ${epochs}`;
	return `By the network that comes with the bot${after}.${more && ` ${more}`}`;
}

/** The same with the parameters, which the answer with the bot's own chart says anyway, and what its curve is made of. */
function parameters(run: RunSummary | undefined, more = ''): string {
	if (run) return `The training ${run.id} is ${describePlan(run.plan)}.`;
	return source(
		run,
		undefined,
		['Its curve is of means over some steps, the first too; a training here keeps every step.', more].join(' ').trim(),
	);
}

/** What the assignment wants to see of earlier epochs, as far as it was recorded, of a network that no run stands for. */
function recordedRows(run: RunSummary | undefined, recording: Recording | undefined): FigureRow[] {
	if (run || !recording) return [];
	const note =
		'Earlier epochs, recorded from a smaller training by this bot: one of the assignment’s size takes hours on two cores.';
	return [{ note, requests: [], recorded: recording }];
}

/** "To see the digits after the epochs 1 and 5, train one (/mnist train denoiser --preset course), and this page takes it." */
function howToSee(
	what: string,
	model: DigitModel,
	wanted: readonly number[],
	recording: Recording | undefined,
	shipped: number | undefined,
): string {
	const isShown = (epoch: number) => epoch === shipped || recording?.sheets.some((sheet) => sheet.epoch === epoch);
	const epochs = wanted.filter((epoch) => !isShown(epoch));
	if (epochs.length === 0) return '';
	const list = and.format(epochs.map(String));
	return `To see ${what} after the epoch${epochs.length === 1 ? '' : 's'} ${list}, train one (/mnist train ${model} --preset course), and this page takes it.`;
}

const and = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** A figure whose text goes on with what it is made by. */
const figure = (id: keyof typeof DIGIT_LESSONS, by: string, rows: readonly FigureRow[]): CourseFigure => {
	const lesson = DIGIT_LESSONS[id];
	return { id, ...lesson, text: by === '' ? lesson.text : `${lesson.text} ${by}`, rows };
};

export function digitFigures(
	{ denoiser, time, class: conditioned }: OwnRuns,
	recorded: Recordings,
	shipped: ShippedEpochs,
): CourseFigure[] {
	const samples = (model: 'time' | 'class', run: RunSummary | undefined, options: Options) => [
		...rowsOf(
			...weightsAfter(run, SAMPLED_EPOCHS).map((weights, i, { length }) =>
				mnist('sample', {
					...(model === 'time' && !run && { model }),
					count: SAMPLED_ROWS,
					...options,
					...weights,
					...(i === length - 1 && { animate: 'yes' }),
				}),
			),
		),
		...recordedRows(run, recorded[model]),
	];
	return [
		figure('b1.2', '', rowsOf(mnist('noise', { digit: NOISED_DIGITS, sigma: SEVEN_SIGMAS }))),
		figure(
			'b1.2.1',
			parameters(denoiser, howToSee('the digits', 'denoiser', DENOISED_EPOCHS, recorded.denoiser, shipped.denoiser)),
			[
				...rowsOf(
					losses('denoiser', denoiser),
					...weightsAfter(denoiser, DENOISED_EPOCHS).map((weights) =>
						mnist('denoise', { digit: DENOISED_DIGITS, sigma: String(DENOISER_SIGMA), ...weights }),
					),
				),
				...recordedRows(denoiser, recorded.denoiser),
			],
		),
		figure(
			'b1.2.2',
			source(denoiser, shipped.denoiser),
			rowsOf(mnist('denoise', { digit: FAR_DIGITS, sigma: SEVEN_SIGMAS, ...lastWeights(denoiser) })),
		),
		figure('b2.2', parameters(time), rowsOf(losses('time', time))),
		figure(
			'b2.3',
			source(time, shipped.time, howToSee('samples', 'time', SAMPLED_EPOCHS, recorded.time, shipped.time)),
			samples('time', time, {}),
		),
		figure('b2.4', parameters(conditioned), rowsOf(losses('class', conditioned))),
		figure(
			'b2.5',
			source(conditioned, shipped.class, howToSee('them', 'class', SAMPLED_EPOCHS, recorded.class, shipped.class)),
			samples('class', conditioned, { guidance: DIGIT_GUIDANCE }),
		),
		figure(
			'b3',
			source(conditioned, shipped.class),
			rowsOf(mnist('anagram', { digit: 6, turned: 9, count: 4, ...lastWeights(conditioned) })),
		),
	];
}
