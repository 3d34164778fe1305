/** A trained digit network, ready to run. */

import type { Device } from '../../device.ts';
import { Graph } from '../../onnx/graph.ts';
import { toModel } from '../../onnx/model.ts';
import { batchNormalization } from '../../onnx/ops/normalization.ts';
import { openSession, type Session } from '../../onnx/session.ts';
import { BATCH } from '../../onnx/shape.ts';
import { concatenate, sizeOf, type Tensor, tensor } from '../../tensor/tensor.ts';
import { planBatches } from '../batching/batcher.ts';
import {
	BATCH_NORM_EPSILON,
	declareInputs,
	type InputName,
	type NetworkDefinition,
	type NetworkScope,
	statisticNames,
} from './definition.ts';
import { assertRightOn } from './providers.ts';
import { assertTensors, type NamedArrays } from './tensors.ts';

/** A network's inputs, [B, ...] with the same B; those that the definition names are needed. */
export type NetworkInputs = { readonly x: Tensor } & { readonly [name in InputName]?: Tensor };

export interface DigitNetwork {
	/**
	 * The network's output [B, ...], and its features [B, width] if it has any. Batch normalisation uses the running
	 * statistics, so that each example is independent of its batch. Any B; it is cut into batches of a few fixed sizes.
	 */
	run(inputs: NetworkInputs): Promise<{ output: Tensor; features?: Tensor }>;
	close(): Promise<void>;
}

/** Guidance on one digit takes two evaluations, a sheet of digits dozens, the judge's test set thousands. */
export const BATCH_SIZES = [1, 2, 8, 32, 128];

/**
 * `tensors`: parameters and running statistics by name (a TrainerState's, or a file's). Throws a ModelError that names a
 * tensor that is missing, unexpected or of the wrong size, and a UserError if the device is not available or would compute
 * wrong results.
 *
 * @param sizes batch sizes, ascending from 1
 */
export async function openDigitNetwork(
	definition: NetworkDefinition,
	tensors: NamedArrays,
	device: Device,
	sizes: readonly number[] = BATCH_SIZES,
): Promise<DigitNetwork> {
	assertRightOn(device.provider, definition);
	const session = await openSession(toModel(inferenceGraph(definition, tensors)), { ...device, prefer: 'speed' });
	return {
		async run(inputs) {
			const count = inputs.x.shape[0];
			const parts: Record<string, Tensor>[] = [];
			let start = 0;
			for (const size of planBatches(count, sizes)) {
				parts.push(await runBatch(session, definition, inputs, { start, size }));
				start += size;
			}
			const outputs = Object.keys(parts[0]).map((name) => [name, stack(parts.map((part) => part[name]))]);
			return Object.fromEntries(outputs);
		},
		close: () => session.close(),
	};
}

/** Inputs: the definition's, [B, ...]. Outputs: `output` [B, ...] and, if the network has them, `features` [B, width]. */
function inferenceGraph(definition: NetworkDefinition, tensors: NamedArrays): Graph {
	const graph = new Graph(definition.name);
	assertTensors([...definition.parameters, ...definition.statistics], tensors, definition.name);
	const constant = (name: string, shape: readonly number[]) => graph.constant(tensors[name], shape);
	const scope: NetworkScope = {
		parameter: ({ name, shape }) => constant(name, shape),
		batchNorm(name, x, scale, bias) {
			const statistics = statisticNames(name).map((statistic) => constant(statistic, scale.shape.map(Number)));
			return batchNormalization([x, scale, bias, ...statistics], { epsilon: BATCH_NORM_EPSILON });
		},
	};
	const outputs = definition.forward(scope, declareInputs(graph, definition.inputs, BATCH));
	for (const [name, value] of Object.entries(outputs)) graph.output(name, value);
	return graph;
}

/** Runs `size` examples from index `start`. */
function runBatch(
	session: Session,
	{ name: network, inputs: shapes }: NetworkDefinition,
	inputs: NetworkInputs,
	{ start, size }: { start: number; size: number },
): Promise<Record<string, Tensor>> {
	const feeds = Object.entries(shapes).map(([name, shape]) => {
		const data = inputs[name as InputName]?.data;
		if (!data) throw new Error(`${network}: input "${name}" is missing`);
		const stride = sizeOf(shape);
		return [name, tensor(data.subarray(start * stride, (start + size) * stride), [size, ...shape])];
	});
	return session.run(Object.fromEntries(feeds));
}

/** Batches concatenated: [b1, ...], [b2, ...] -> [b1 + b2 + ..., ...]. */
function stack(batches: readonly Tensor[]): Tensor {
	const count = batches.reduce((sum, { shape }) => sum + shape[0], 0);
	return tensor(concatenate(batches.map(({ data }) => data)), [count, ...batches[0].shape.slice(1)]);
}
