/** One training step as one graph: forward, backward, Adam and the running statistics. */
import {
	BATCH_NORM_EPSILON,
	declareInputs,
	type NetworkDefinition,
	type NetworkScope,
} from '../models/digits/definition.ts';
import { gradients } from '../onnx/gradients.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { add, scaleBy } from '../onnx/ops/elementwise.ts';
import { batchNormalizationOfBatch } from '../onnx/ops/normalization.ts';
import { scan } from '../onnx/ops/scan.ts';
import { sizeOf } from '../tensor/tensor.ts';
import { adamStep } from './adam.ts';
import { flatLength, pack, unpack } from './flat.ts';
import { LOSSES, type Loss } from './losses.ts';

/** The share of the current batch in the running statistics, as in torch.nn.BatchNorm2d. */
const MOMENTUM = 0.1;

export interface StepOptions {
	readonly batchSize: number;
	/** Absent: mse. */
	readonly loss?: Loss;
	/** Decay of the moving average of the parameters, in 0..1; absent: none is kept. */
	readonly ema?: number;
}

/** Vectors that a step takes and returns changed, as `next_...`. */
export type StateName = 'parameters' | 'first_moment' | 'second_moment' | 'statistics' | 'average';

/**
 * Runs as many steps as it is fed, one after the other. Like the graph of a step, but all inputs except the state, and `loss`,
 * have one entry per step, [steps, ...].
 */
export function repeated(step: Graph, states: number): Graph {
	const graph = new Graph(`${step.name}_repeated`);
	const inputs = step.inputs.map(({ name, dtype, shape }, i) => {
		return graph.input(name, dtype, i < states ? shape : ['B', ...shape]);
	});
	const outputs = scan(inputs, { body: step, states });
	for (const [i, { name }] of step.outputs.entries()) graph.output(name, outputs[i]);
	return graph;
}

/** The name of the output that becomes the next step's input `name`. */
export function nextName<Name extends string>(name: Name): `next_${Name}` {
	return `next_${name}`;
}

/**
 * The graph of one step, to be lowered for a device. Inputs, the state first: `parameters`, `first_moment`, `second_moment`
 * [P], `statistics` [S] if there are any, and with ema `average` [P]; then the definition's inputs [batchSize, ...]; `target`
 * [batchSize, ...]; `step_size` and `root_correction` [] (adamScalars). Outputs: `next_...` for the state, in the same order,
 * and `loss` [].
 */
export function buildTrainingStep(definition: NetworkDefinition, options: StepOptions): Graph {
	const { batchSize, loss: kind = 'mse' } = options;
	const graph = new Graph(`train_${definition.name}`);
	const input = (name: string, shape: readonly number[]) => graph.input(name, 'float32', shape);
	const size = flatLength(definition.parameters);
	const state = {
		parameters: input('parameters', [size]),
		firstMoment: input('first_moment', [size]),
		secondMoment: input('second_moment', [size]),
	};
	const hasStatistics = definition.statistics.length > 0;
	const oldStatistics = hasStatistics ? input('statistics', [flatLength(definition.statistics)]) : undefined;
	const oldAverage = options.ema === undefined ? undefined : input('average', [size]);

	const parameters = unpack(state.parameters, definition.parameters);
	const batchStatistics: Value[] = [];
	const scope = trainingScope(parameters, batchStatistics, batchSize);
	const { output } = definition.forward(scope, declareInputs(graph, definition.inputs, batchSize));
	const loss = LOSSES[kind](output, input('target', [batchSize, ...definition.outputShape]));
	const next = adamStep(
		{ ...state, stepSize: input('step_size', []), rootCorrection: input('root_correction', []) },
		pack(allGradients(definition, loss, parameters)),
	);
	graph.output(nextName('parameters'), next.parameters);
	graph.output(nextName('first_moment'), next.firstMoment);
	graph.output(nextName('second_moment'), next.secondMoment);
	if (oldStatistics) {
		const current = pack(batchStatistics);
		graph.output(nextName('statistics'), blend(oldStatistics, current, 1 - MOMENTUM));
	}
	if (oldAverage) graph.output(nextName('average'), blend(oldAverage, next.parameters, options.ema!));
	graph.output('loss', loss);
	return graph;
}

/** Hands out parameters in the definition's order, and appends each layer's batch statistics to `statistics`. */
function trainingScope(parameters: readonly Value[], statistics: Value[], batchSize: number): NetworkScope {
	let used = 0;
	return {
		parameter: () => parameters[used++],
		batchNorm(_name, x, scale, bias) {
			const epsilon = BATCH_NORM_EPSILON;
			const [y, mean, variance] = batchNormalizationOfBatch([x, scale, bias], { epsilon });
			const count = batchSize * Number(x.shape[2]) * Number(x.shape[3]);
			statistics.push(mean, scaleBy(variance, count / (count - 1))); // the unbiased estimate, as in PyTorch
			return y;
		},
	};
}

/** A gradient for every parameter; zeros for those that are not trained, which Adam then leaves alone. */
function allGradients({ parameters: specs }: NetworkDefinition, loss: Value, parameters: readonly Value[]): Value[] {
	const trained = gradients(
		loss,
		parameters.filter((_, i) => specs[i].trained),
	);
	let used = 0;
	return specs.map(({ trained: isTrained, shape }) =>
		isTrained ? trained[used++] : loss.graph.constant(new Float32Array(sizeOf(shape)), shape),
	);
}

/** share · old + (1 − share) · current */
function blend(old: Value, current: Value, share: number): Value {
	return add([scaleBy(old, share), scaleBy(current, 1 - share)]);
}
