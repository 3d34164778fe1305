import { describe, expect, test } from 'vitest';
import { scaleBy } from '../../../gpu/onnx/ops/elementwise.ts';
import { sizeOf } from '../../../gpu/tensor/tensor.ts';
import { flatLength, flatten, pack, unflatten, unpack } from '../../../gpu/training/flat.ts';
import { floats, LOWERINGS, runGraph } from '../onnx/run-graph.ts';

/** Tensors that fill rows of 256 numbers, and tensors that do not. */
const LISTS: Readonly<Record<string, readonly (readonly number[])[]>> = {
	'of both kinds': [[3], [16, 16, 2], [5, 7], [256], [1], [4, 64]],
	'that fill no row': [[3], [200], [77, 2]],
	'that fill rows': [
		[16, 16],
		[2, 256],
	],
	'that fill a row together': [[100], [156]],
	'of which there is one': [[5, 2]],
};

describe.each(Object.entries(LISTS))('tensors %s', (_, shapes) => {
	const parts = shapes.map((shape, i) => ({ name: `part${i}`, shape }));
	let next = 0;
	const arrays = Object.fromEntries(
		parts.map(({ name, shape }) => [name, Float32Array.from({ length: sizeOf(shape) }, () => ++next)]),
	);
	const flat = flatten(parts, arrays, 'test');

	test('are read back from their vector', () => {
		expect(flat).toHaveLength(flatLength(parts));
		expect(unflatten(parts, flat)).toEqual(arrays);
		expect(flat.filter((value) => value !== 0)).toHaveLength(next); // nothing overlaps
	});

	test.each(LOWERINGS)('are the same when split in a graph (%s)', async (_, rules) => {
		const { outputs, shapes: predicted } = await runGraph(
			[floats([flat.length], flat)],
			(vector) => unpack(vector, parts).map((value) => scaleBy(value, 1)),
			rules,
		);
		expect(predicted).toEqual(shapes);
		for (const [i, { name }] of parts.entries()) expect(outputs[i].data).toEqual(arrays[name]);
	});

	test.each(LOWERINGS)('make the same vector when joined in a graph (%s)', async (_, rules) => {
		const inputs = parts.map(({ name, shape }) => floats(shape, arrays[name]));
		const { outputs } = await runGraph(inputs, (...values) => pack(values), rules);
		expect(outputs[0].data).toEqual(flat);
	});
});
