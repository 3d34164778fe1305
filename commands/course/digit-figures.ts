/** The figures of Part B of the course's report, from the digit networks that come with the bot or the user's trainings. */
import { DIGIT_GUIDANCE } from '../../gpu/jobs/index.ts';
import { denoiserFigures } from './denoiser-figures.ts';
import { DIGIT_LESSONS } from './digit-lessons.ts';
import {
	figureOf,
	howToSee,
	lastWeights,
	losses,
	mnist,
	networkOf,
	type PartB,
	parameters,
	recordedLosses,
	recordedSheets,
	samples,
	source,
} from './digit-parts.ts';
import { type CourseFigure, type FigureRow, rowsOf } from './figure.ts';
import { flowFigures } from './flow-figures.ts';

/** The figures of the edition. */
export const digitFigures = (part: PartB): CourseFigure[] => [
	...denoiserFigures(part),
	...(part.edition === 2025 ? flowFigures(part) : diffusionFigures(part)),
];

function diffusionFigures(part: PartB): CourseFigure[] {
	const figure = (id: keyof typeof DIGIT_LESSONS, by: string, rows: readonly FigureRow[]) =>
		figureOf(id, DIGIT_LESSONS[id], by, rows);
	return [
		figure('b2.2', parameters(part, 'time'), [...rowsOf(losses(part, 'time')), ...recordedLosses(part, 'time')]),
		figure('b2.3', source(part, 'time', howToSee(part, 'time', 'samples')), [
			...samples(part, 'time', networkOf(part, 'time')),
			...recordedSheets(part, 'time'),
		]),
		figure('b2.4', parameters(part, 'class'), [...rowsOf(losses(part, 'class')), ...recordedLosses(part, 'class')]),
		figure('b2.5', source(part, 'class', howToSee(part, 'class', 'them')), [
			...samples(part, 'class', { guidance: DIGIT_GUIDANCE }),
			...recordedSheets(part, 'class'),
		]),
		figure(
			'b3',
			source(part, 'class'),
			rowsOf(mnist('anagram', { digit: 6, turned: 9, count: 4, ...lastWeights(part, 'class') })),
		),
	];
}
