import { afterAll, expect, test } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { Graph } from '../../../gpu/onnx/graph.ts';
import { inHalves } from '../../../gpu/onnx/halves.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { add } from '../../../gpu/onnx/ops/elementwise.ts';
import { matMul } from '../../../gpu/onnx/ops/linear.ts';
import { openSession } from '../../../gpu/onnx/session.ts';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';

/** x [B, 3, 4] · w [B, 4, 2] + 1 */
const graph = new Graph('test');
const [x, w] = [graph.input('x', 'float32', ['B', 3, 4]), graph.input('w', 'float32', ['B', 4, 2])];
graph.output('y', add([matMul([x, w]), graph.scalar(1)]));
const model = toModel(graph);

const options = { provider: 'cpu', threads: 2, prefer: 'speed' } as const;
const [halves, whole] = [inHalves(model, options), await openSession(model, options)];
afterAll(() => Promise.all([halves.close(), whole.close()]));

const random = new TorchGenerator(0);
const feedsOf = (batch: number) => ({ x: random.randn([batch, 3, 4]), w: random.randn([batch, 4, 2]) });

test.each([1, 2, 3, 4])('a batch of %i has the same outputs as whole', async (batch) => {
	const feeds = feedsOf(batch);
	expect(await halves.run(feeds)).toEqual(await whole.run(feeds));
});

test('feeds may stay, change and come back, one by one', async () => {
	const [a, b] = [feedsOf(2), feedsOf(2)];
	for (const feeds of [a, { ...a, x: b.x }, b, { ...b, w: a.w }, a]) {
		expect(await halves.run(feeds)).toEqual(await whole.run(feeds));
	}
});

test('runs may overlap', async () => {
	const all = [2, 1, 4].map(feedsOf);
	const expected: Record<string, Tensor>[] = [];
	for (const feeds of all) expected.push(await whole.run(feeds));
	expect(await Promise.all(all.map((feeds) => halves.run(feeds)))).toEqual(expected);
});

test('what ONNX Runtime complains of is thrown, and the next run works', async () => {
	const feeds = feedsOf(2);
	await expect(halves.run({ ...feeds, w: random.randn([2, 5, 2]) })).rejects.toThrow(/invalid dimensions/);
	expect(await halves.run(feeds)).toEqual(await whole.run(feeds));
});

test('a model that cannot be loaded says so when it is run, and can be closed', async () => {
	const broken = inHalves(Uint8Array.of(1, 2, 3), options);
	await expect(broken.run(feedsOf(2))).rejects.toThrow();
	await expect(broken.run(feedsOf(1))).rejects.toThrow();
	await broken.close();
});
