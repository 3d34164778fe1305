/**
 * Charts what the judge says of the pictures of budgets.ts: how many show what was asked for, against calls of the network.
 *
 *     npx tsx eval/budgets-chart.ts FOLDER/judged odd CHART.webp
 *
 * @see budgets.ts, which says how to come to FOLDER/judged
 */
import { readFileSync } from 'node:fs';
import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { type Lettering, letteringPath, textWidth } from '../commands/figures/lettering.ts';
import { INK, PAPER, RULE, SOFT_INK } from '../commands/figures/style.ts';
import { sharp } from '../gpu/tensor/sharp.ts';

interface Row {
	/** "ddim-10-odd" */
	readonly name: string;
	readonly calls: number;
	readonly n: number;
	readonly top1: number;
	readonly top5: number;
}

interface Panel {
	readonly title: string;
	readonly left: number;
	readonly of: (row: Row) => number;
}

/** Told apart with any kind of colour vision, and by their dashes. */
const STYLES: Readonly<Record<string, { readonly colour: string; readonly dashes: string }>> = {
	'euler-ancestral': { colour: '#2457c5', dashes: 'none' },
	ddpm: { colour: '#c9570c', dashes: 'none' },
	ddim: { colour: '#0f7b5f', dashes: '14 7' },
	'dpmpp-2m': { colour: '#8a3fa0', dashes: '14 7' },
	heun: { colour: '#6a655d', dashes: '4 6' },
};

// In pixels.
const WIDTH = 1400;
const HEIGHT = 640;
const AREA = { top: 150, bottom: HEIGHT - 96, width: 560 };
const SIZE = 26;

/** Below this share hardly anything lies, in per cent. */
const LEAST = 60;

const PANELS: readonly Panel[] = [
	{ title: 'most likely thing right, %', left: 100, of: ({ top1, n }) => (100 * top1) / n },
	{ title: 'among the five most likely, %', left: 800, of: ({ top5, n }) => (100 * top5) / n },
];

const [file, half, target] = process.argv.slice(2);
const rows = (JSON.parse(readFileSync(file, 'utf8')) as readonly Row[]).filter(({ name }) => name.endsWith(`-${half}`));
const rowsOf = (sampler: string) =>
	rows.filter(({ name }) => name.slice(0, name.search(/-\d+-\w+$/)) === sampler).sort((a, b) => a.calls - b.calls);

const letters: Lettering[] = [];
const strokes: string[] = [];
const y = scaleLinear([LEAST, 100], [AREA.bottom, AREA.top]);
for (const { title, left, of } of PANELS) {
	const x = scaleLog([9, 75], [left, left + AREA.width]);
	letters.push({ text: title, x: left + AREA.width / 2, y: AREA.top - 24, size: SIZE, colour: INK });
	for (const tick of y.ticks(5)) {
		strokes.push(`<path d="M${left},${y(tick)}h${AREA.width}" stroke="${RULE}" stroke-width="2"/>`);
		letters.push({ text: String(tick), x: left - 34, y: y(tick) + 9, size: SIZE, colour: SOFT_INK });
	}
	for (const calls of new Set(rowsOf('ddim').map((row) => row.calls))) {
		letters.push({ text: String(calls), x: x(calls), y: AREA.bottom + 36, size: SIZE, colour: SOFT_INK });
	}
	letters.push({
		text: 'calls of the network',
		x: left + AREA.width / 2,
		y: HEIGHT - 20,
		size: SIZE,
		colour: INK,
	});
	for (const [sampler, { colour, dashes }] of Object.entries(STYLES)) {
		const seen = rowsOf(sampler).filter((row) => of(row) >= LEAST);
		const path = line<Row>(
			({ calls }) => x(calls),
			(row) => y(of(row)),
		).digits(1)(seen);
		strokes.push(
			`<path d="${path}" fill="none" stroke="${colour}" stroke-width="4.5" stroke-dasharray="${dashes}"/>`,
			...seen.map((row) => `<circle cx="${x(row.calls)}" cy="${y(of(row))}" r="7" fill="${colour}"/>`),
		);
	}
}
let pen = 100;
for (const [sampler, { colour, dashes }] of Object.entries(STYLES)) {
	const width = textWidth(sampler, SIZE);
	strokes.push(`<path d="M${pen},52h56" stroke="${colour}" stroke-width="6" stroke-dasharray="${dashes}"/>`);
	letters.push({ text: sampler, x: pen + 68 + width / 2, y: 61, size: SIZE, colour: INK });
	pen += 68 + width + 44;
}
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${[...strokes, ...letters.map(letteringPath)].join('')}</svg>`;
await sharp(Buffer.from(drawing)).flatten({ background: PAPER }).webp({ lossless: true }).toFile(target);
