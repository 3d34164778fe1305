/**
 * Adam (Kingma & Ba 2015, algorithm 1), as in torch.optim.Adam with its default betas and epsilon and no weight decay.
 * All parameters are in one vector, so that a step takes only a dozen operations.
 */
import type { Value } from '../onnx/graph.ts';
import { add, div, mul, scaleBy, sqrt, sub } from '../onnx/ops/elementwise.ts';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** The step's inputs other than the gradient; all vectors have the shape of the parameters. */
export interface AdamInputs {
	readonly parameters: Value;
	readonly firstMoment: Value;
	readonly secondMoment: Value;
	/** The two scalars from adamScalars. */
	readonly stepSize: Value;
	readonly rootCorrection: Value;
}

/** What depends only on the step number, counted from 1: α/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ). */
export function adamScalars(step: number, learningRate: number): { stepSize: number; rootCorrection: number } {
	return { stepSize: learningRate / (1 - BETA1 ** step), rootCorrection: 1 / Math.sqrt(1 - BETA2 ** step) };
}

/** Parameters and moments after the step. */
export function adamStep(
	inputs: AdamInputs,
	gradient: Value,
): Pick<AdamInputs, 'parameters' | 'firstMoment' | 'secondMoment'> {
	const firstMoment = add([scaleBy(inputs.firstMoment, BETA1), scaleBy(gradient, 1 - BETA1)]);
	const secondMoment = add([scaleBy(inputs.secondMoment, BETA2), scaleBy(mul([gradient, gradient]), 1 - BETA2)]);
	const scale = add([mul([sqrt([secondMoment]), inputs.rootCorrection]), gradient.graph.scalar(EPSILON)]);
	const change = div([mul([firstMoment, inputs.stepSize]), scale]);
	return { parameters: sub([inputs.parameters, change]), firstMoment, secondMoment };
}
