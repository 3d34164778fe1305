import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test, vi } from 'vitest';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { add, mul } from '../../../gpu/onnx/ops/elementwise.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';
import { floats, runGraph } from './run-graph.ts';

describe('Graph', () => {
	test('stores equal constants once', () => {
		const graph = new Graph('constants');
		expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
		expect(graph.scalar(1)).not.toBe(graph.constant(Float32Array.of(1)));
		expect(graph.initializers.size).toBe(3);
	});

	test('stores a parameter once for each shape in which it is used', () => {
		const graph = new Graph('external');
		const data = { location: 'w', offset: 8, length: 16 };
		const flat = graph.external('w', 'float32', [4], data);
		expect(graph.external('w', 'float32', [4], data)).toBe(flat);
		expect(graph.external('w', 'float32', [4, 1], data).name).not.toBe(flat.name);
		expect(() => graph.external('v', 'float32', [5], data)).toThrow(
			'tensor "v": expected 20 bytes for float32 [5], got 16',
		);
	});

	test('rejects values of other graphs', () => {
		const one = new Graph('one').input('x', 'float32', [1]);
		const other = new Graph('other').input('y', 'float32', [1]);
		expect(() => add([one, other])).toThrow('Add: value "y" belongs to another graph');
	});

	test('records what gradients need: operation, options, inputs, outputs', () => {
		const x = new Graph('nodes').input('x', 'float32', [1]);
		const y = mul([x, x]);
		expect(x.graph.nodes).toHaveLength(1);
		expect(x.graph.nodes[0]).toMatchObject({
			op: { type: 'Mul' },
			inputs: [x, x],
			outputs: [y],
			inputNames: ['x', 'x'],
		});
	});

	test('may output an input, and a value twice', async () => {
		const { outputs } = await runGraph([floats([2], [1, 2])], (x) => {
			const y = add([x, x]);
			return [x, y, y];
		});
		expect(outputs.map(({ data }) => [...data])).toEqual([
			[1, 2],
			[2, 4],
			[2, 4],
		]);
	});
});

describe('sessions', () => {
	const model = () => {
		const graph = new Graph('double');
		const x = graph.input('x', 'float32', ['B', 2]);
		graph.output('y', add([x, x]));
		return toModel(graph);
	};

	test('run any batch size', async () => {
		const session = await openSession(model(), { provider: 'cpu', threads: 1, prefer: 'memory' });
		for (const batch of [1, 3]) {
			const { y } = await session.run({ x: { data: new Float32Array(2 * batch).fill(1.5), shape: [batch, 2] } });
			expect(y.shape).toEqual([batch, 2]);
			expect([...y.data]).toEqual(new Array(2 * batch).fill(3));
		}
		await expect(session.run({ x: { data: new Float32Array(3), shape: [1, 3] } })).rejects.toThrow();
		await session.close();
	});

	test('can write into existing arrays', async () => {
		const session = await openSession(model(), { provider: 'cpu', threads: 1, prefer: 'training' });
		const [x, y] = [tensor(Float32Array.of(1, 2), [1, 2]), tensor(new Float32Array(2), [1, 2])];
		await session.run({ x }, { y });
		expect([...y.data]).toEqual([2, 4]);
		await session.run({ x: y }, { y: x });
		expect([...x.data]).toEqual([4, 8]);
		await session.close();
	});

	test('report how long operations took after they are closed', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'profile-'));
		const profile = join(folder, 'run');
		const session = await openSession(model(), { provider: 'cpu', threads: 1, prefer: 'training', profile });
		await session.run({ x: { data: new Float32Array(2), shape: [1, 2] } });
		await session.close();
		const [file] = await readdir(folder);
		const events: { args?: { op_name?: string } }[] = JSON.parse(await readFile(join(folder, file), 'utf8'));
		await rm(folder, { recursive: true });
		expect(events.some(({ args }) => args?.op_name === 'Add')).toBe(true);
	});

	test.each([
		['cuda', 'UserError', 'no available backend found. ERR: [cuda] backend not found.'],
		['cuda', 'UserError', 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'],
		['webgpu', 'UserError', 'Failed to get a WebGPU adapter: No supported adapters'],
		['cuda', 'Error', 'Failed to load model because protobuf parsing failed.'],
		['webgpu', 'Error', 'External data path does not exist: "unet.safetensors"'],
		['cpu', 'Error', 'Failed to allocate memory for requested buffer of size 4096'],
	] as const)('on %s throw a %s when ONNX Runtime says "%s"', async (provider, name, message) => {
		const create = vi.spyOn(ort.InferenceSession, 'create').mockRejectedValue(new Error(message));
		const error: Error = await openSession(model(), { provider, prefer: 'speed' }).then(
			() => expect.fail('it was opened'),
			(error) => error,
		);
		create.mockRestore();
		expect(error.name).toBe(name);
		if (name === 'UserError') expect(error.message).toContain(`The device "${provider}" does not work here: `);
		else expect(error.message).toBe(message);
	});

	test('fail with a remedy on a missing device', async () => {
		const attempt = openSession(model(), { provider: 'cuda', prefer: 'speed' });
		const outcome = await attempt.then(
			(session) => session.close(),
			(error: Error) => error,
		);
		// Undefined on a machine with CUDA.
		if (outcome) {
			expect(outcome.name).toBe('UserError');
			expect(outcome.message).toMatch(/^The device "cuda" does not work here: .*cuda check.*use "cpu"/);
		}
	});
});
