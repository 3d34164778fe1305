/** The table that each benchmark returns, and its Markdown. */

export interface Table {
	readonly title: string;
	readonly header: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** Sentences below the table. */
	readonly notes: readonly string[];
}

/** Pads the columns, which makes the table readable as plain text. */
export function toMarkdown({ title, header, rows, notes }: Table): string {
	const widths = header.map((name, column) =>
		Math.max(...[name, ...rows.map((row) => row[column])].map(({ length }) => length)),
	);
	const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
	const rule = line(widths.map((width) => '-'.repeat(width)));
	return [`### ${title}`, '', line(header), rule, ...rows.map(line), '', notes.join(' '), ''].join('\n');
}

/** An error as a cell: on one line the cause, which has the provider's own reason, without the C++ signatures before it. */
export function errorCell(error: Error): string {
	const { message } = error.cause instanceof Error ? error.cause : error;
	const reason = message.slice(Math.max(0, message.search(/\w+ failure \d+/)));
	return reason.replace(/[\s|]+/g, ' ').slice(0, 200);
}
