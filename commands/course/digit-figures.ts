/** The figures of Part B of the course's report, by the digit networks that come with the bot or by trainings of one's own. */
import { DIGIT_SIGNAL_LEFT, DIGIT_TIMESTEPS } from '../../gpu/diffusion/digit-schedule.ts';
import { COURSE_SIGMAS, DENOISER_SIGMA, DIGIT_GUIDANCE, type DigitModel, UNTOLD_SHARE } from '../../gpu/jobs/index.ts';
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
import type { CourseFigure, FigureRequest } from './figure.ts';
import type { OwnRuns } from './own-runs.ts';

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

/** Which training a figure shows; and where it is that of the bot's own weights, how to see more of one. */
function source(run: RunSummary | undefined, more = ''): string {
	if (run) return `By the training ${run.id}.`;
	return `By the network that comes with the bot.${more && ` ${more}`}`;
}

/** The same with the parameters, which the chart of the bot's own says anyway. */
function parameters(run: RunSummary | undefined, more = ''): string {
	return run ? `The training ${run.id} is ${describePlan(run.plan)}.` : source(run, more);
}

/** "To see the digits after the epochs 1 and 5, train one (/mnist train denoiser --preset course), and this page takes it." */
function howToSee(what: string, model: DigitModel, epochs: readonly number[]): string {
	const list = `${epochs.slice(0, -1).join(', ')} and ${epochs.at(-1)}`;
	return `To see ${what} after the epochs ${list}, train one (/mnist train ${model} --preset course), and this page takes it.`;
}

export function digitFigures({ denoiser, time, class: conditioned }: OwnRuns): CourseFigure[] {
	const samples = (model: 'time' | 'class', run: RunSummary | undefined, options: Options) =>
		weightsAfter(run, SAMPLED_EPOCHS).map((weights, i, { length }) =>
			mnist('sample', {
				...(model === 'time' && !run && { model }),
				count: SAMPLED_ROWS,
				...options,
				...weights,
				...(i === length - 1 && { animate: 'yes' }),
			}),
		);
	return [
		{
			id: 'b1.2',
			title: 'Noise on digits',
			text: 'z = x + σε: what the denoiser is given to see, at seven noise levels.',
			requests: [mnist('noise', { digit: NOISED_DIGITS, sigma: SEVEN_SIGMAS })],
		},
		{
			id: 'b1.2.1',
			title: 'Training a one-step denoiser',
			text: `The losses, and test digits under the noise that it is trained for, with what it finds. ${parameters(denoiser, howToSee('the digits', 'denoiser', DENOISED_EPOCHS))}`,
			requests: [
				losses('denoiser', denoiser),
				...weightsAfter(denoiser, DENOISED_EPOCHS).map((weights) =>
					mnist('denoise', { digit: DENOISED_DIGITS, sigma: String(DENOISER_SIGMA), ...weights }),
				),
			],
		},
		{
			id: 'b1.2.2',
			title: 'Out of its training',
			text: `The same network at noise levels that it never saw: below ${DENOISER_SIGMA} it does well, above it begins to invent. ${source(denoiser)}`,
			requests: [mnist('denoise', { digit: FAR_DIGITS, sigma: SEVEN_SIGMAS, ...lastWeights(denoiser) })],
		},
		{
			id: 'b2.2',
			title: 'Training with time conditioning',
			text: `The mean squared error of the noise that it finds, at timesteps drawn from all ${DIGIT_TIMESTEPS}. ${parameters(time)}`,
			requests: [losses('time', time)],
		},
		{
			id: 'b2.3',
			title: 'Sampling with time conditioning',
			text: `From pure noise in ${DIGIT_TIMESTEPS} steps, not told which digit: most can be read, some are none. With the course's β about ${Math.round(100 * DIGIT_SIGNAL_LEFT)} % of the digit is left at t = T, so pure noise is not quite where the training ended. ${source(time, howToSee('samples', 'time', SAMPLED_EPOCHS))}`,
			requests: samples('time', time, {}),
		},
		{
			id: 'b2.4',
			title: 'Training with class conditioning',
			text: `The same, told the digit ${Math.round(10 * (1 - UNTOLD_SHARE))} times out of 10. ${parameters(conditioned)}`,
			requests: [losses('class', conditioned)],
		},
		{
			id: 'b2.5',
			title: 'Sampling with class conditioning',
			text: `Four of each digit with guidance ${DIGIT_GUIDANCE}. ${source(conditioned, howToSee('them', 'class', SAMPLED_EPOCHS))}`,
			requests: samples('class', conditioned, { guidance: DIGIT_GUIDANCE }),
		},
		{
			id: 'b3',
			title: 'A bonus: digits upside down',
			text: `The mean of two noise estimates, one of them turned by 180°, as in the visual anagrams of Part A. ${source(conditioned)}`,
			requests: [mnist('anagram', { digit: 6, turned: 9, count: 4, ...lastWeights(conditioned) })],
		},
	];
}
