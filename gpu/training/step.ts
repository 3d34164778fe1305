/** One training step as one graph: forward, backward, Adam and the running statistics. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { type Formulation, Graph } from '../onnx/graph.ts';

/** `mse`: the mean squared difference. `cross-entropy`: of softmax(output) and a target distribution [B, classes]. */
export type Loss = 'mse' | 'cross-entropy';

export interface StepOptions {
	readonly batchSize: number;
	readonly formulation: Formulation;
	/** Absent: mse. */
	readonly loss?: Loss;
	/** Decay of the moving average of the parameters, in 0..1; absent: none is kept. */
	readonly ema?: number;
}

export function buildTrainingStep(definition: NetworkDefinition, options: StepOptions): Graph {
	throw new Error(`buildTrainingStep: not yet (${definition.name}, ${options.batchSize}, ${Graph.name})`);
}
