import { describe, expect, test } from 'vitest';
import { compareWith, withTable } from '../../bench/results-file.ts';
import type { Table } from '../../bench/table.ts';

const table = (ratio: string, more: Partial<Table> = {}): Table => ({
	title: 'One evaluation',
	header: ['batch', 'statistic', 'Flipside, s', 'PyTorch / Flipside'],
	rows: [
		['1', 'median', '0.02', ratio],
		['2', 'median', '0.04', '-'],
	],
	notes: ['Quiet.'],
	...more,
});

const EMPTY = '# Results\n\nAn introduction.\n';

describe('a table in the file of results', () => {
	test('stands below its machine', () => {
		expect(withTable(EMPTY, 'AMD EPYC, 2 threads', '2026-11-30.', table('1.42'))).toBe(
			[
				'# Results\n\nAn introduction.\n\n## AMD EPYC, 2 threads\n\n### One evaluation\n\n2026-11-30.\n',
				'| batch | statistic | Flipside, s | PyTorch / Flipside |',
				'| ----- | --------- | ----------- | ------------------ |',
				'| 1     | median    | 0.02        | 1.42               |',
				'| 2     | median    | 0.04        | -                  |',
				'',
				'Quiet.\n',
			].join('\n'),
		);
	});

	test('replaces the former one of that machine alone', () => {
		const other = table('7.00', { title: 'Another' });
		let results = withTable(EMPTY, 'AMD', 'first', table('1.00'));
		results = withTable(results, 'Intel', 'first', table('2.00'));
		results = withTable(results, 'AMD', 'first', other);
		const again = withTable(results, 'AMD', 'second', table('3.00'));
		expect(again).toBe(results.replace('first', 'second').replace('1.00', '3.00'));
		expect(withTable(again, 'AMD', 'second', table('3.00'))).toBe(again);
	});
});

describe('a comparison', () => {
	const results = withTable(EMPTY, 'AMD', 'first', table('1.40'));

	test('names a ratio that fell by more than a tenth', () => {
		expect(compareWith(results, 'AMD', table('1.20'))).toEqual([
			'One evaluation, 1, median: PyTorch / Flipside: 1.20, before 1.40',
		]);
	});

	test.each(['1.30', '1.90', '-'])('is silent about %s', (ratio) => {
		expect(compareWith(results, 'AMD', table(ratio))).toEqual([]);
	});

	test('is silent about other machines and new tables', () => {
		expect(compareWith(results, 'Intel', table('0.10'))).toEqual([]);
		expect(compareWith(results, 'AMD', table('0.10', { title: 'New' }))).toEqual([]);
	});
});
