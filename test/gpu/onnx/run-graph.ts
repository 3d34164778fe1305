/** Runs small graphs. */
import type { DType } from '../../../gpu/onnx/dtype.ts';
import { Graph, type Value } from '../../../gpu/onnx/graph.ts';
import { cpuRules } from '../../../gpu/onnx/lower/cpu.ts';
import { CUDA_RULES } from '../../../gpu/onnx/lower/cuda.ts';
import { lower, type Rule } from '../../../gpu/onnx/lower/lower.ts';
import { WEBGPU_RULES } from '../../../gpu/onnx/lower/webgpu.ts';
import { toModel } from '../../../gpu/onnx/model.ts';
import { type Feed, openSession } from '../../../gpu/onnx/session.ts';
import type { Shape } from '../../../gpu/onnx/shape.ts';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';

/** The ways to lower a graph: without rules, and for each device. All of them run on the CPU. */
export const LOWERINGS: readonly (readonly [name: string, rules: readonly Rule[]])[] = [
	['canonical', []],
	['cpu', cpuRules()],
	['cuda', CUDA_RULES],
	['webgpu', WEBGPU_RULES],
];

/** An input: the shape that the graph declares, perhaps with the batch, and the feed. */
export interface TestInput {
	readonly shape: Shape;
	readonly feed: Feed;
}

/** An fp32 input. `declared` is the shape in the graph, if it differs. */
export function floats(shape: readonly number[], values: ArrayLike<number>, declared: Shape = shape): TestInput {
	return { shape: declared, feed: { data: Float32Array.from(values), shape } };
}

/** An integer input. */
export function integers(shape: readonly number[], values: ArrayLike<number>): TestInput {
	return { shape, feed: { data: Int32Array.from(values), shape } };
}

/** Runs what `build` makes of the inputs, lowered by `rules`, and returns the outputs and the predicted shapes. */
export async function runGraph(
	inputs: readonly TestInput[],
	build: (...values: Value[]) => Value | readonly Value[],
	rules: readonly Rule[] = [],
): Promise<{ outputs: Tensor[]; shapes: Shape[] }> {
	const graph = new Graph('test');
	const dtypeOf = ({ data }: Feed): DType => (data instanceof Float32Array ? 'float32' : 'int32');
	const values = inputs.map(({ shape, feed }, i) => graph.input(`input_${i}`, dtypeOf(feed), shape));
	const results = [build(...values)].flat();
	for (const [i, result] of results.entries()) graph.output(`output_${i}`, result);
	lower(graph, rules);
	const session = await openSession(toModel(graph), { provider: 'cpu', threads: 1, prefer: 'speed' });
	const outputs = await session.run(Object.fromEntries(inputs.map(({ feed }, i) => [`input_${i}`, feed])));
	await session.close();
	return { outputs: results.map((_, i) => outputs[`output_${i}`]), shapes: results.map(({ shape }) => shape) };
}
