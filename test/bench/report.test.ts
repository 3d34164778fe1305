import { describe, expect, it } from 'vitest';
import { describeMachine, vectorsOf } from '../../bench/machine.ts';
import { errorCell, toMarkdown } from '../../bench/table.ts';
import { mean, median, standardDeviation, timeEach } from '../../bench/timing.ts';

describe('the bench', () => {
	it('writes Markdown tables', () => {
		const table = { title: 'Time', header: ['what', 'seconds'], rows: [['step', '0.1']], notes: ['One.', 'Two.'] };
		const lines = [
			'### Time',
			'',
			'| what | seconds |',
			'| ---- | ------- |',
			'| step | 0.1     |',
			'',
			'One. Two.',
			'',
		];
		expect(toMarkdown(table).split('\n')).toEqual(lines);
	});

	it('shortens an error to its cause to fit a cell', () => {
		const cause = new Error('no\n  device | here');
		expect(errorCell(new Error('The device does not work.', { cause }))).toBe('no device here');
		expect(errorCell(new Error('/src/a.cc:1 void f() CUDA failure 36: no'))).toBe('CUDA failure 36: no');
		expect(errorCell(new Error('x'.repeat(300)))).toHaveLength(200);
	});

	it('takes the median of its times', () => {
		expect(median([3, 1, 100])).toBe(3);
		expect(median([4, 1, 2, 100])).toBe(3);
	});

	it('calculates means and standard deviations', () => {
		expect(mean([1, 2, 3, 6])).toBe(3);
		expect(standardDeviation([1, 2, 3, 6])).toBeCloseTo(Math.sqrt(14 / 3), 12);
	});

	it('times every call', async () => {
		const seconds = await timeEach(3, () => new Promise((resolve) => setTimeout(resolve, 20)));
		expect(seconds).toHaveLength(3);
		for (const time of seconds) expect(time).toBeGreaterThan(0.015);
	});

	it('names the machine and the versions', () => {
		const text = describeMachine(2);
		expect(text).toContain(`Node ${process.versions.node}, onnxruntime-node 1.`);
		expect(text).not.toContain('unknown');
	});

	it('tells processors of one name apart by their vectors', () => {
		const types = new Set(['avx2', 'avx2 avx512f', 'avx2 avx512f avx512_bf16'].map((flags) => vectorsOf(flags)));
		expect([...types]).toEqual(['AVX2', 'AVX-512', 'AVX-512, bf16']);
		expect(vectorsOf('sse2')).toBeUndefined();
	});
});
