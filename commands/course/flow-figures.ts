/** The figures of Part B that only the edition of 2025 has: pure noise, and flow matching instead of the diffusion. */
import { DIGIT_GUIDANCE, FLOW_STEPS } from '../../gpu/jobs/index.ts';
import { andPlainly } from '../lib/lists.ts';
import {
	figureOf,
	howToSee,
	isMissing,
	lastWeights,
	losses,
	missingRow,
	mnist,
	networkOf,
	type PartB,
	parameters,
	samples,
	source,
	weightsAfter,
} from './digit-parts.ts';
import { type CourseFigure, type FigureRequest, type FigureRow, rowsOf } from './figure.ts';
import { FLOW_LESSONS } from './flow-lessons.ts';
import { type TrainingName, trainingLine } from './trainings.ts';

/** From one, which cannot be enough, to some that nearly are. */
const FEW_STEPS = [1, 2, 5] as const;

/** From hardly a trace of the digit to nearly all of it, and what it is to become. */
const EDITED = { digit: 7, t: '0.2,0.4,0.6,0.8', as: 3 } as const;

export function flowFigures(part: PartB): CourseFigure[] {
	return [
		pureNoise(part),
		ofTraining(part, 'b2.2', 'flow-time', parameters(part, 'flow-time'), rowsOf(losses(part, 'flow-time'))),
		ofTraining(
			part,
			'b2.3',
			'flow-time',
			source(part, 'flow-time', howToSee(part, 'flow-time', 'samples')),
			samples(part, 'flow-time', { ...networkOf(part, 'flow-time'), steps: FLOW_STEPS }),
		),
		ofTraining(part, 'b2.5', 'flow-class', parameters(part, 'flow-class'), rowsOf(losses(part, 'flow-class'))),
		ofTraining(
			part,
			'b2.6',
			'flow-class',
			source(part, 'flow-class', howToSee(part, 'flow-class', 'them')),
			samples(part, 'flow-class', guided(part, 'flow-class')),
		),
		ofTraining(part, 'b2.6b', 'no-schedule', parameters(part, 'no-schedule'), [
			...rowsOf(lossesBeside(part)),
			...samples(part, 'no-schedule', guided(part, 'no-schedule')),
		]),
		bells(part),
	];
}

/** The figure; without a network to make it from, what was recorded of such a training or the line that trains one. */
function ofTraining(
	part: PartB,
	id: keyof typeof FLOW_LESSONS,
	name: TrainingName,
	by: string,
	rows: readonly FigureRow[],
): CourseFigure {
	const lesson = FLOW_LESSONS[id];
	return isMissing(part, name) ? figureOf(id, lesson, '', [substitute(part, name)]) : figureOf(id, lesson, by, rows);
}

function substitute(part: PartB, name: TrainingName): FigureRow {
	const recorded = part.recorded[name];
	if (!recorded) return missingRow(part, name);
	const note = `Recorded from a smaller training by this bot. Train one (${trainingLine(name, part.edition)}), and this page uses it.`;
	return { note, requests: [], recorded };
}

const guided = (part: PartB, name: TrainingName) => ({
	...networkOf(part, name),
	guidance: DIGIT_GUIDANCE,
	steps: FLOW_STEPS,
});

/** The losses, in one chart with those of the training that has the schedule, where there is one. */
function lossesBeside(part: PartB): FigureRequest {
	const run = part.own['no-schedule'];
	if (!run || isMissing(part, 'flow-class')) return losses(part, 'no-schedule');
	return mnist('runs', { compare: `${part.own['flow-class']?.id ?? 'flow-class'},${run.id}` });
}

/** Exercise 1.2.3, and for contrast what the denoiser of 1.2.1 makes of the same noise. */
function pureNoise(part: PartB): CourseFigure {
	const denoise = (weights: ReturnType<typeof lastWeights>) => mnist('denoise', { input: 'noise', ...weights });
	const contrast: FigureRow = {
		note: 'The same noise given to the denoiser of 1.2.1, which expects a digit: it mistakes chance for strokes.',
		requests: [denoise(lastWeights(part, 'denoiser'))],
	};
	const shown = weightsAfter(part, 'pure-noise').map(denoise);
	const { rows, ...figure } = ofTraining(
		part,
		'b1.2.3',
		'pure-noise',
		parameters(part, 'pure-noise'),
		rowsOf(losses(part, 'pure-noise'), ...shown),
	);
	return { ...figure, rows: [...rows, contrast] };
}

function bells(part: PartB): CourseFigure {
	const network = { ...networkOf(part, 'flow-class'), ...lastWeights(part, 'flow-class') };
	const [first, ...others] = FEW_STEPS.map((steps) => mnist('sample', { ...network, guidance: 1, steps }));
	return ofTraining(part, 'b3', 'flow-class', source(part, 'flow-class'), [
		{ note: `In ${andPlainly.format(FEW_STEPS.map(String))} steps, without guidance.`, requests: [first] },
		...rowsOf(
			...others,
			mnist('denoise', { ...network, ...EDITED, steps: FLOW_STEPS }),
			mnist('anagram', { ...network, digit: 6, turned: 9, count: 4, steps: FLOW_STEPS }),
		),
	]);
}
