/** The tables of docs/course.md are the figures of /course. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { courseFigures } from '../../../commands/course/figures.ts';
import { commands } from '../../../commands/index.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');

const docs = await read('docs/course.md');
const rows = [...docs.matchAll(/^\| [\d.]+ \| .+ \| `(.+)` \| (\S+) \|$/gm)].map(([, line, id]) => ({ line, id }));

const bundled = JSON.parse(await read('assets/models/emoji-if/model_index.json'));
const figures = courseFigures({ guidance: bundled.flipside.guidanceScale });

/** What a figure's requests are typed as: a picture that another one made is called as a chat calls it. */
function linesOf(id: string): string[] {
	const figure = figures.find((each) => each.id === id);
	return (figure?.rows ?? [])
		.flatMap(({ requests }) => requests)
		.map(({ command, options, image }) => {
			const name = typeof image === 'string' ? `${image}.png` : undefined;
			const made = image && !name ? 'generate-150.png' : undefined;
			const seed = 'seed' in findCommand(commands, command).options ? 150 : undefined;
			return requestLine(commands, command, { ...options, image: name ?? made, seed });
		});
}

test.each(rows)('figure $id is made by $line', ({ line, id }) => {
	expect(linesOf(id)).toContain(line);
});

test('every figure of the assignment has its row', () => {
	// The last one is ours.
	const ids = figures.map(({ id }) => id).filter((id) => id !== 'b3');
	expect([...new Set(rows.map(({ id }) => id))]).toEqual(ids);
});
