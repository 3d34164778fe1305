/** The figures of exercises 1.2 to 1.2.2 of Part B, which all editions share. */
import { COURSE_SIGMAS } from '../../gpu/jobs/index.ts';
import { DENOISED_DIGITS, FAR_DIGITS, NOISED_DIGITS } from '../mnist/training-figures.ts';
import { DIGIT_LESSONS } from './digit-lessons.ts';
import {
	figureOf,
	howToSee,
	lastWeights,
	losses,
	mnist,
	type PartB,
	parameters,
	recordedLosses,
	recordedSheets,
	source,
	USUAL_SIGMA,
	weightsAfter,
} from './digit-parts.ts';
import { type CourseFigure, rowsOf } from './figure.ts';

const SEVEN_SIGMAS = COURSE_SIGMAS.join(',');

export const denoiserFigures = (part: PartB): CourseFigure[] => [
	figureOf('b1.2', DIGIT_LESSONS['b1.2'], '', rowsOf(mnist('noise', { digit: NOISED_DIGITS, sigma: SEVEN_SIGMAS }))),
	figureOf('b1.2.1', DIGIT_LESSONS['b1.2.1'], parameters(part, 'denoiser', howToSee(part, 'denoiser', 'the digits')), [
		...rowsOf(losses(part, 'denoiser')),
		...recordedLosses(part, 'denoiser'),
		...rowsOf(
			...weightsAfter(part, 'denoiser').map((weights) =>
				mnist('denoise', { digit: DENOISED_DIGITS, sigma: USUAL_SIGMA, ...weights }),
			),
		),
		...recordedSheets(part, 'denoiser'),
	]),
	figureOf(
		'b1.2.2',
		DIGIT_LESSONS['b1.2.2'],
		source(part, 'denoiser'),
		rowsOf(mnist('denoise', { digit: FAR_DIGITS, sigma: SEVEN_SIGMAS, ...lastWeights(part, 'denoiser') })),
	),
];
