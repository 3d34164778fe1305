/** The tables of docs/course.md are the figures of /course. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { courseFigures } from '../../../commands/course/figures.ts';
import { commands } from '../../../commands/index.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';

const docs = await readFile(new URL('../../../docs/course.md', import.meta.url), 'utf8');
const rows = [...docs.matchAll(/^\| [\d.]+ \| .+ \| `(.+)` \| (\S+) \|$/gm)].map(([, line, id]) => ({ line, id }));

/** What a figure's requests are typed as: a picture that another one made has any name. */
function linesOf(id: string): string[] {
	const figure = courseFigures().find((each) => each.id === id);
	return (figure?.rows ?? [])
		.flatMap(({ requests }) => requests)
		.map(({ command, options, image }) => {
			const name = typeof image === 'string' ? `${image}.png` : undefined;
			const made = image && !name ? 'generate-150-5.png' : undefined;
			const seed = 'seed' in findCommand(commands, command).options ? 150 : undefined;
			return requestLine(commands, command, { ...options, image: name ?? made, seed });
		});
}

test.each(rows)('figure $id is made by $line', ({ line, id }) => {
	expect(linesOf(id)).toContain(line);
});

test('every figure of the assignment has its row', () => {
	// The last one is ours.
	const ids = courseFigures()
		.map(({ id }) => id)
		.filter((id) => id !== 'b3');
	expect([...new Set(rows.map(({ id }) => id))]).toEqual(ids);
});
