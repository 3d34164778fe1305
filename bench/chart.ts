/** Draws the table of one evaluation beside its peers (unet.ts) as bars, for docs/benchmarks.md. */
import type { Table } from './table.ts';

// Lengths in pixels.
const WIDTH = 720;
const LABEL = 250;
const BAR = 14;
const ROW = 20;
const GAP = 26;

/** What a bar shows at most: peers that take longer are cut off. */
const SPAN = 2;

/** Readable on white and on black. */
const INK = '#808080';
const OURS = '#2f81f7';
const BEHIND = '#9e9e9e';
const AHEAD = '#d29922';

/**
 * A bar for each peer and batch: how much longer it takes than Flipside, whose time is the line at 1. Peers that take less are
 * in another colour.
 *
 * @param table its columns "batch", "by" and "fastest / ours" are read
 * @returns an SVG document
 */
export function chartOf({ header, rows }: Pick<Table, 'header' | 'rows'>, machine: string): string {
	const [batch, by, ratio] = ['batch', 'by', 'fastest / ours'].map((name) => header.indexOf(name));
	const x = (value: number) => LABEL + (Math.min(value, SPAN) / SPAN) * (WIDTH - LABEL - 40);
	const parts: string[] = [];
	let y = 20;
	let group: string | undefined;
	parts.push(text(0, y, `Time of one evaluation, in multiples of Flipside’s. ${machine}`, 'font-weight="bold"'));
	for (const row of rows) {
		if (row[by] === 'Flipside') continue;
		if (row[batch] !== group) {
			group = row[batch];
			y += GAP;
			parts.push(text(0, y, `batch ${group}`, 'font-weight="bold"'));
		}
		y += ROW;
		const value = Number(row[ratio]);
		parts.push(text(LABEL - 8, y, shortened(row[by]), 'text-anchor="end"'));
		const colour = value < 1 ? AHEAD : BEHIND;
		parts.push(
			`<rect x="${LABEL}" y="${y - BAR + 3}" width="${(x(value) - LABEL).toFixed(1)}" height="${BAR}" fill="${colour}"/>`,
		);
		parts.push(text(x(Math.max(value, 1)) + 6, y, value.toFixed(2)));
	}
	const height = y + 20;
	parts.push(
		`<line x1="${x(1)}" y1="36" x2="${x(1)}" y2="${height - 10}" stroke="${OURS}" stroke-width="2"><title>Flipside</title></line>`,
	);
	const about = `xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13"`;
	const title = `<title>${escaped(`Time of one evaluation by others and Flipside on ${machine}`)}</title>`;
	return `<svg ${about}>\n${[title, ...parts].join('\n')}\n</svg>\n`;
}

const text = (x: number, y: number, content: string, more = '') =>
	`<text x="${x.toFixed(1)}" y="${y}" fill="${INK}" ${more}>${escaped(content)}</text>`;

const escaped = (content: string) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** "PyTorch 2.15.0+cu132, diffusers 0.42.1, channels last" becomes "PyTorch 2.15.0, channels last". */
const shortened = (name: string) => name.replace(/\+\w+/, '').replace(/, diffusers [\d.]+/, '');
