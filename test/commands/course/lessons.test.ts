import { expect, test } from 'vitest';
import { courseFigures } from '../../../commands/course/figures.ts';
import { loadRecordings } from '../../../commands/course/recorded.ts';

test.each(courseFigures({ guidance: 4, recorded: await loadRecordings() }))(
	'figure $id is taught in few words, with formula and paper',
	({ formula, look, papers, rows, text }) => {
		const notes = rows.map(({ note = '' }) => note);
		expect([text, look, ...notes].join(' ').split(/\s+/).length).toBeLessThanOrEqual(120);
		expect(formula).toMatch(/[=~←]/);
		expect(papers.length).toBeGreaterThan(0);
	},
);
