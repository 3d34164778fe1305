import { expect, test } from 'vitest';
import { courseFigures, FIGURE_IDS } from '../../../commands/course/figures.ts';
import { loadRecordings } from '../../../commands/course/recorded.ts';
import { EDITIONS } from '../../../commands/course/trainings.ts';
import { FLOW_EPOCHS } from '../../../gpu/jobs/index.ts';

const recorded = await loadRecordings();
const shipped = { 'flow-time': FLOW_EPOCHS, 'flow-class': FLOW_EPOCHS };

const PAGES = [
	...courseFigures({ guidance: 4, recorded }),
	...[{}, { shipped }, { shipped, recorded }].flatMap((choice) =>
		courseFigures({ edition: 2025, ...choice }).filter(({ id }) => id.startsWith('b')),
	),
];

test.each(PAGES)(
	'figure $id has a short lesson with a formula and a paper',
	({ formula, look, papers, rows, text }) => {
		const notes = rows.flatMap(({ note = '', missing = '' }) => [note, missing]);
		expect([text, look, ...notes].join(' ').split(/\s+/).length).toBeLessThanOrEqual(120);
		expect(formula).toMatch(/[=~←]/);
		expect(papers.length).toBeGreaterThan(0);
	},
);

test('every figure with a lesson is in an edition', () => {
	const figures = EDITIONS.flatMap((edition) => courseFigures({ edition }));
	expect(new Set(figures.map(({ id }) => id))).toEqual(new Set(FIGURE_IDS));
});
