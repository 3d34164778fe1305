import { afterAll, expect, test } from 'vitest';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { cast, sub } from '../../../gpu/onnx/ops/elementwise.ts';
import { openThreadedSession } from '../../../gpu/onnx/threaded-session.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';

/** x [B, 2] − n [2], which are whole numbers */
const graph = new Graph('test');
const [x, n] = [graph.input('x', 'float32', ['B', 2]), graph.input('n', 'int32', [2])];
graph.output('y', sub([x, cast([n], { to: 'float32' })]));

const options = { provider: 'cpu', threads: 1, prefer: 'speed' } as const;
const session = await openThreadedSession(toModel(graph), options);
afterAll(() => session.close());

const ones = tensor(Float32Array.of(1, 1), [1, 2]);
const twos = tensor(Float32Array.of(2, 2, 2, 2), [2, 2]);
const counted = { data: Int32Array.of(3, 4), shape: [2] };

test('feeds may stay, change and come back, one by one', async () => {
	const other = { data: Int32Array.of(0, 1), shape: [2] };
	const all = [
		{ x: ones, n: counted },
		{ x: twos, n: counted },
		{ x: twos, n: other },
		{ x: ones, n: counted },
	];
	// All at once: a run has its own feeds, even if others wait already.
	const outputs = await Promise.all(all.map((feeds) => session.run(feeds)));
	expect(outputs.map(({ y: { data, shape } }) => [[...data], shape])).toEqual([
		[
			[-2, -3],
			[1, 2],
		],
		[
			[-1, -2, -1, -2],
			[2, 2],
		],
		[
			[2, 1, 2, 1],
			[2, 2],
		],
		[
			[-2, -3],
			[1, 2],
		],
	]);
});

test('what ONNX Runtime complains of is thrown, and the next run works', async () => {
	await expect(session.run({ x: tensor(new Float32Array(3), [1, 3]), n: counted })).rejects.toThrow(/dimensions/);
	const { y } = await session.run({ x: ones, n: counted });
	expect([...y.data]).toEqual([-2, -3]);
});

test('a run that cannot begin fails alone, whatever is under way', async () => {
	const impossible = { data: new Float32Array(3), shape: [2, 2] };
	const runs = Array.from({ length: 40 }, (_, i) => session.run({ x: i % 2 ? impossible : ones, n: counted }));
	const ends = (await Promise.allSettled(runs)).map(({ status }) => status);
	expect(ends).toEqual(runs.map((_, i) => (i % 2 ? 'rejected' : 'fulfilled')));
});

test('what is under way ends before it is closed; then it cannot be run, and is closed', async () => {
	const closing = await openThreadedSession(toModel(graph), options);
	const [{ y }] = await Promise.all([closing.run({ x: ones, n: counted }), closing.close()]);
	expect([...y.data]).toEqual([-2, -3]);
	await expect(closing.run({ x: ones, n: counted })).rejects.toThrow('the thread of a session has ended');
	await closing.close();
});

test('a model that cannot be loaded', async () => {
	await expect(openThreadedSession(Uint8Array.of(1, 2, 3), options)).rejects.toThrow();
});
