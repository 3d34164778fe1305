import { describe, expect, test } from 'vitest';
import { broadcast, countElements, multiplyDims, type Shape, ShapeError } from '../../../gpu/onnx/shape.ts';

describe('shapes with a batch', () => {
	test('count their elements', () => {
		expect(countElements(['B', 77, 4])).toEqual({ count: 308, batches: 1 });
		expect(countElements(['77B', 4])).toEqual({ count: 308, batches: 1 });
		expect(countElements([])).toEqual({ count: 1, batches: 0 });
	});

	test('multiply', () => {
		expect(multiplyDims(3, 4)).toBe(12);
		expect(multiplyDims('B', 1)).toBe('B');
		expect(multiplyDims(7, 'B')).toBe('7B');
		expect(multiplyDims('7B', 2)).toBe('14B');
		expect(() => multiplyDims('B', '2B')).toThrow(ShapeError);
	});

	test.each<[Shape, Shape, Shape]>([
		[
			['B', 8, 4, 4],
			[8, 1, 1],
			['B', 8, 4, 4],
		],
		[
			['B', 1],
			[1, 5],
			['B', 5],
		],
		[[], ['B'], ['B']],
	])('%j and %j broadcast to %j', (a, b, result) => {
		expect(broadcast('Add', a, b)).toEqual(result);
		expect(broadcast('Add', b, a)).toEqual(result);
	});

	test('are both named if they do not broadcast', () => {
		expect(() => broadcast('Add', ['B', 3], ['B', 4])).toThrow(
			'Add: expected shapes that broadcast, got [B, 3] and [B, 4]',
		);
		expect(() => broadcast('Mul', ['B'], ['2B'])).toThrow('Mul: expected shapes that broadcast');
	});
});
