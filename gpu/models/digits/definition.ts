/**
 * A network as one forward pass, written once. The pass gets its parameters and batch normalisation from a scope, so the same
 * lines give the list of its tensors, the training step and the network for inference.
 */
import { Graph, type Value } from '../../onnx/graph.ts';
import { batchNormalization } from '../../onnx/ops/normalization.ts';
import type { TensorSpec } from './tensors.ts';

/** A parameter's initial values: uniform in ±bound, or one number everywhere. */
type Initial = { readonly bound: number } | { readonly value: number };

/** A tensor that gradients change; its name is the one in PyTorch's state_dict. */
export interface ParameterSpec extends TensorSpec {
	readonly initial: Initial;
	/** False for a bias in front of batch normalisation: the mean is subtracted, so its gradient is 0. */
	readonly trained: boolean;
}

/** A tensor that batch normalisation keeps: `running_mean` (starts at 0) or `running_var` (starts at 1) of a layer. */
export interface StatisticSpec extends TensorSpec {
	readonly value: number;
}

/** Where a forward pass gets its tensors. */
export interface NetworkScope {
	/** The parameter `name`, as a value of the graph. */
	parameter(spec: ParameterSpec): Value;
	/** Applies the layer `name` to x [B, C, H, W], with this scale and bias, both [C]. */
	batchNorm(name: string, x: Value, scale: Value, bias: Value): Value;
}

/** The outputs of a network. */
export interface NetworkOutputs {
	readonly output: Value;
	/** The last layer's input, [B, width]; absent: the network does not output it. */
	readonly features?: Value;
}

/** The inputs' names: the picture, the time t/T, and the class (one-hot; zeros: none). */
export type InputName = 'x' | 't' | 'c';

/** The shape of every input without its batch; absent: the network does not have that input. */
export type InputShapes = { readonly x: readonly number[] } & { readonly [name in InputName]?: readonly number[] };

/** A forward pass: inputs [B, ...] to outputs. */
export type Forward = (net: NetworkScope, inputs: Readonly<Record<InputName, Value>>) => NetworkOutputs;

export interface NetworkDefinition {
	readonly name: string;
	readonly inputs: InputShapes;
	/** The shape of the output without its batch. */
	readonly outputShape: readonly number[];
	/** In the order in which PyTorch's module creates them, which is that of the forward pass. */
	readonly parameters: readonly ParameterSpec[];
	/** Each layer's mean and variance, in the order of the layers. */
	readonly statistics: readonly StatisticSpec[];
	readonly forward: Forward;
}

/** The epsilon of torch.nn.BatchNorm2d. */
export const BATCH_NORM_EPSILON = 1e-5;

/** PyTorch's names for the two statistics of the batch normalisation layer `name`. */
export function statisticNames(name: string): readonly [mean: string, variance: string] {
	return [`${name}.running_mean`, `${name}.running_var`];
}

/** Defines a network by its forward pass, with the tensors that the pass asks for. */
export function defineNetwork(name: string, inputs: InputShapes, forward: Forward): NetworkDefinition {
	const parameters: ParameterSpec[] = [];
	const statistics: StatisticSpec[] = [];
	const graph = new Graph(name);
	const { output } = forward(
		{
			parameter(spec) {
				parameters.push(spec);
				return graph.input(spec.name, 'float32', spec.shape);
			},
			batchNorm(layer, x, scale, bias) {
				const shape = scale.shape.map(Number);
				const [mean, variance] = statisticNames(layer).map((statistic, i) => {
					statistics.push({ name: statistic, shape, value: i });
					return graph.input(statistic, 'float32', shape);
				});
				return batchNormalization([x, scale, bias, mean, variance], { epsilon: BATCH_NORM_EPSILON });
			},
		},
		declareInputs(graph, inputs, 'B'),
	);
	return { name, inputs, outputShape: output.shape.slice(1).map(Number), parameters, statistics, forward };
}

/** Declares a network's inputs as inputs of a graph, with this batch size. */
export function declareInputs(
	graph: Graph,
	inputs: InputShapes,
	batch: number | 'B',
): Readonly<Record<InputName, Value>> {
	const entries = Object.entries(inputs).map(([name, shape]) => [
		name,
		graph.input(name, 'float32', [batch, ...shape]),
	]);
	return Object.fromEntries(entries);
}
