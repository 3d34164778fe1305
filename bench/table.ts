/** What a measurement hands over, and how it looks in Markdown. */

export interface Table {
	readonly title: string;
	readonly header: readonly string[];
	readonly rows: readonly (readonly string[])[];
	/** Sentences below the table. */
	readonly notes: readonly string[];
}

export function toMarkdown({ title, header, rows, notes }: Table): string {
	const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
	const table = rows.length > 0 ? [line(header), line(header.map(() => '---')), ...rows.map(line), ''] : [];
	const sentences = notes.length > 0 ? [notes.join(' '), ''] : [];
	return [`### ${title}`, '', ...table, ...sentences].join('\n');
}
