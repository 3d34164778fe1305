import { describe, expect, test } from 'vitest';
import { altText } from '../../../commands/figures/picture.ts';

describe('altText', () => {
	test.each([
		[['A dog', 'seed 7'], 'A dog. seed 7'],
		[
			['Digits: 2026', '', 'The judge is 98 % sure of them on average.', 'seed 7'],
			'Digits: 2026. The judge is 98 % sure of them on average. seed 7',
		],
		[['Is it a dog?', 'seed 7'], 'Is it a dog? seed 7'],
		[['', ''], ''],
	])('makes %j sentences', (parts, text) => {
		expect(altText(...parts)).toBe(text);
	});

	test('is cut at the limit of the strictest chat', () => {
		expect(altText('A dog', 'x'.repeat(2000))).toHaveLength(1024);
	});
});
