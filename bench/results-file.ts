/** RESULTS.md: for each type of machine the newest table of each kind, in Markdown, as other runs are compared with. */
import { type Table, toMarkdown } from './table.ts';

/** A heading of a machine type, and everything up to the next one. */
interface Section {
	readonly heading: string;
	readonly body: string;
}

/** Ratios between contenders may differ by this share from run to run, even when the machine is free. */
const TOLERANCE = 0.1;

/**
 * The file with a table in place of the former one of that title, or at the end of its machine's section.
 *
 * @param machine the type of machine
 * @param measured when and with what: a line above the table
 */
export function withTable(results: string, machine: string, measured: string, table: Table): string {
	const [intro, ...sections] = split(results, '## ');
	const entry = toMarkdown(table).replace(`### ${table.title}\n`, `### ${table.title}\n\n${measured}\n`).trimEnd();
	const found = sections.findIndex(({ heading }) => heading === machine);
	const section = found === -1 ? { heading: machine, body: '' } : sections[found];
	const [before, ...tables] = split(section.body, '### ');
	const others = tables.map(({ heading, body }) =>
		heading === table.title ? entry : `### ${heading}\n\n${body.trim()}`,
	);
	if (!tables.some(({ heading }) => heading === table.title)) others.push(entry);
	const whole = [`## ${machine}`, before.body.trim(), ...others].filter(Boolean).join('\n\n');
	const texts = sections.map(({ heading, body }, i) => (i === found ? whole : `## ${heading}\n\n${body.trim()}`));
	if (found === -1) texts.push(whole);
	return `${[intro.body.trim(), ...texts].join('\n\n')}\n`;
}

/** What got worse: a line for each ratio to a peer that fell by more than a tenth since the last figures of this machine type. */
export function compareWith(results: string, machine: string, table: Table): readonly string[] {
	const section = split(results, '## ').find(({ heading }) => heading === machine);
	const former = section && split(section.body, '### ').find(({ heading }) => heading === table.title);
	if (!former) return [];
	const before = ratiosOf(parse(former.body));
	return [...ratiosOf(table)].flatMap(([what, now]) => {
		const then = before.get(what);
		if (then === undefined || now >= then * (1 - TOLERANCE)) return [];
		return [`${table.title}, ${what}: ${now.toFixed(2)}, before ${then.toFixed(2)}`];
	});
}

/** Ratios of a peer's figure to ours, by their row and column; more is better. A column of them is named "PyTorch / Flipside". */
function ratiosOf({ header, rows }: Pick<Table, 'header' | 'rows'>): ReadonlyMap<string, number> {
	const ratios = new Map<string, number>();
	for (const [column, name] of header.entries()) {
		if (!/ \/ (?!s$)/.test(name)) continue;
		for (const row of rows) {
			const value = Number(row[column]);
			const label = row.filter((cell) => !/^[-\d.]*$/.test(cell) || cell === row[0]).join(', ');
			if (row[column] !== '' && Number.isFinite(value)) ratios.set(`${label}: ${name}`, value);
		}
	}
	return ratios;
}

function parse(markdown: string): Pick<Table, 'header' | 'rows'> {
	const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
	const [header = [], , ...rows] = lines.map((line) =>
		line
			.split('|')
			.slice(1, -1)
			.map((cell) => cell.trim()),
	);
	return { header, rows };
}

/** Parts that begin with a heading; the first is what comes before. */
function split(text: string, mark: string): readonly Section[] {
	const [before, ...parts] = `\n${text}`.split(`\n${mark}`);
	const sections = parts.map((part) => {
		const end = part.indexOf('\n');
		return end === -1 ? { heading: part, body: '' } : { heading: part.slice(0, end), body: part.slice(end + 1) };
	});
	return [{ heading: '', body: before }, ...sections];
}
