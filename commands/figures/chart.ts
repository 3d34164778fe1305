/** Losses over the steps of trainings, as curves on a logarithmic scale. */
import { type LossAtStep, thinLosses } from '../../gpu/jobs/index.ts';
import type { Figure } from '../lib/command.ts';
import { drawingPng } from './drawing.ts';
import { type Lettering, letteringPath, textWidth } from './lettering.ts';
import { INK, RULE, SOFT_INK } from './style.ts';

export interface Curve {
	/** What the legend calls it. */
	readonly label: string;
	/** Ascending by step; at least one. Losses are above 0. */
	readonly losses: readonly LossAtStep[];
}

// Lengths in pixels of the chart, which chats show at about half its size, and phones at less than a third.
const WIDTH = 1200;
const HEIGHT = 720;
const AREA = { left: 140, top: 132, right: WIDTH - 48, bottom: HEIGHT - 116 };
const SIZE = 32;

/** Blue and orange can be told apart with any kind of colour vision, on this background and in print. */
const COLOURS = ['#2457c5', '#c9570c'] as const;

/** Curves in one chart. */
export const MAX_CURVES = COLOURS.length;

/** Every step of a training with the course's parameters: their scatter is, from the first step on, the band around the mean. */
const FINE_POINTS = 20_000;

/** The points of the calm curve that is drawn on top of them. */
const CALM_POINTS = 80;

/** Numbers that people like to read on a scale, times powers of ten. */
const ROUND = [1, 2, 5] as const;

/** The same losses as means of neighbouring steps: a single step does not show how a training is going. */
export const calmLosses = (losses: readonly LossAtStep[]) => thinLosses(losses, CALM_POINTS);

/**
 * Draws each curve twice: pale as it is, and strong as the mean of neighbouring steps.
 *
 * @param curves one or two
 * @param steps where the horizontal axis ends
 */
export async function lossChart(
	curves: readonly Curve[],
	about: { readonly filename: string; readonly alt: string; readonly title: string; readonly steps: number },
): Promise<Figure> {
	const drawn = curves.map(({ losses }) => ({
		fine: thinLosses(losses, FINE_POINTS),
		calm: calmLosses(losses),
	}));
	const all = drawn.flatMap(({ fine }) => fine.map(({ loss }) => loss));
	const ticks = roundNumbers(Math.min(...all), Math.max(...all));
	const [{ scaleLinear, scaleLog }, { line }] = await Promise.all([import('d3-scale'), import('d3-shape')]);
	const x = scaleLinear([0, about.steps], [AREA.left, AREA.right]);
	const y = scaleLog([ticks[0], ticks[ticks.length - 1]], [AREA.bottom, AREA.top]);
	const path = line<LossAtStep>(
		({ step }) => x(step),
		({ loss }) => y(loss),
	).digits(1);

	const lettering: Lettering[] = [];
	const write = (text: string, at: Omit<Lettering, 'text'>) => lettering.push({ ...at, text });
	const rules: string[] = [];
	for (const tick of ticks) {
		rules.push(rule(AREA.left, y(tick), AREA.right, y(tick)));
		const text = String(tick);
		const middle = AREA.left - 16 - textWidth(text, SIZE) / 2;
		write(text, { x: middle, y: y(tick) + 0.36 * SIZE, size: SIZE, colour: SOFT_INK });
	}
	for (const tick of x.ticks(6).filter(Number.isInteger)) {
		rules.push(rule(x(tick), AREA.bottom, x(tick), AREA.bottom + 10, INK));
		write(tick.toLocaleString('en-GB'), { x: x(tick), y: AREA.bottom + 48, size: SIZE, colour: SOFT_INK });
	}
	rules.push(rule(AREA.left, AREA.bottom, AREA.right, AREA.bottom, INK));
	write('step', { x: (AREA.left + AREA.right) / 2, y: HEIGHT - 24, size: SIZE, colour: INK });
	write('loss', { x: AREA.left - 16 - textWidth('loss', SIZE) / 2, y: AREA.top - 28, size: SIZE, colour: INK });
	write(about.title, { x: WIDTH / 2, y: 52, size: 36, weight: 'bold', colour: INK });
	const strokes = drawn.flatMap(({ fine, calm }, i) => [
		stroke(path(fine), COLOURS[i], 2, 0.3),
		stroke(path(calm), COLOURS[i], 4.5, 1),
		...(calm.length === 1 ? [dot(x(calm[0].step), y(calm[0].loss), COLOURS[i])] : []),
	]);
	let pen = AREA.left + 24;
	for (const [i, { label }] of curves.length > 1 ? curves.entries() : []) {
		const width = textWidth(label, SIZE);
		strokes.push(stroke(`M${pen},${AREA.top - 40}h40`, COLOURS[i], 6, 1));
		write(label, { x: pen + 52 + width / 2, y: AREA.top - 28, size: SIZE, colour: INK });
		pen += 52 + width + 40;
	}

	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${[
		...rules,
		...strokes,
		...lettering.map(letteringPath),
	].join('')}</svg>`;
	const bytes = await drawingPng(drawing);
	const { filename, alt } = about;
	return { bytes, type: 'image/png', width: WIDTH, height: HEIGHT, alt, filename };
}

/** 1, 2 and 5 times powers of ten, ascending: from the last that is not above `low` to the first that is not below `high`. */
function roundNumbers(low: number, high: number): number[] {
	const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
	const all = Array.from({ length: last - first + 1 }, (_, i) =>
		ROUND.map((digit) => Number(`${digit}e${first + i}`)),
	).flat();
	const below = all.findLastIndex((number) => number <= low);
	const above = all.findIndex((number) => number >= high && number > all[below]);
	return all.slice(below, above + 1);
}

const rule = (x1: number, y1: number, x2: number, y2: number, colour = RULE) =>
	`<path d="M${x1},${y1}L${x2},${y2}" stroke="${colour}" stroke-width="2"/>`;

const stroke = (path: string | null, colour: string, width: number, opacity: number) =>
	`<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linejoin="round"/>`;

/** For a single point, which has no line. */
const dot = (x: number, y: number, colour: string) => `<circle cx="${x}" cy="${y}" r="7" fill="${colour}"/>`;
