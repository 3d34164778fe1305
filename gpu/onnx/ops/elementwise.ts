/** Operations on each element alone. Two inputs broadcast as in NumPy. */
import { type DType, dtypeCode } from '../dtype.ts';
import { COMPOSITE, type Value, type ValueType } from '../graph.ts';
import { broadcast } from '../shape.ts';
import { sumTo } from './broadcasting.ts';
import { defineOp, expectSameType, type Operation } from './op.ts';

const unary = ([x]: readonly Value[]): ValueType => x;

const binary =
	(type: string) =>
	(inputs: readonly Value[]): ValueType => {
		expectSameType(type, inputs);
		return { dtype: inputs[0].dtype, shape: broadcast(type, inputs[0].shape, inputs[1].shape) };
	};

/** a + b */
export const add = defineOp<void>({
	type: 'Add',
	infer: binary('Add'),
	gradient: ({ inputs: [a, b] }, dy) => [() => sumTo(dy, a.shape), () => sumTo(dy, b.shape)],
});

/** a − b */
export const sub = defineOp<void>({
	type: 'Sub',
	infer: binary('Sub'),
	gradient: ({ inputs: [a, b] }, dy) => [() => sumTo(dy, a.shape), () => scaleBy(sumTo(dy, b.shape), -1)],
});

/** a · b */
export const mul: Operation<void> = defineOp({
	type: 'Mul',
	infer: binary('Mul'),
	gradient: ({ inputs: [a, b] }, dy) => [() => sumTo(mul([dy, b]), a.shape), () => sumTo(mul([dy, a]), b.shape)],
});

/** a / b */
export const div: Operation<void> = defineOp({
	type: 'Div',
	infer: binary('Div'),
	gradient: ({ inputs: [a, b], outputs: [y] }, dy) => [
		() => sumTo(div([dy, b]), a.shape),
		() => scaleBy(sumTo(div([mul([dy, y]), b]), b.shape), -1),
	],
});

/** x · factor */
export function scaleBy(x: Value, factor: number): Value {
	return mul([x, x.graph.scalar(factor)]);
}

export const sqrt = defineOp<void>({
	type: 'Sqrt',
	infer: unary,
	gradient: ({ outputs: [y] }, dy) => [() => scaleBy(div([dy, y]), 0.5)],
});

/** e^x */
export const exp = defineOp<void>({
	type: 'Exp',
	infer: unary,
	gradient: ({ outputs: [y] }, dy) => [() => mul([dy, y])],
});

/** The error function: 2/√π ∫₀ˣ e^(−s²) ds. */
export const erf = defineOp<void>({ type: 'Erf', infer: unary });

/** max(0, x) */
export const relu = defineOp<void>({ type: 'Relu', infer: unary });

/** slope · x + offset, cut off at 0 and 1. */
export const hardSigmoid = defineOp<{ slope: number; offset: number }>({
	type: 'HardSigmoid',
	attributes: ({ slope, offset }) => ({ alpha: { float: slope }, beta: { float: offset } }),
	infer: unary,
});

/** x · Φ(x), exactly (with erf), as torch.nn.GELU. */
export const gelu = defineOp<void>({
	type: 'Gelu',
	domain: 'com.microsoft',
	infer: unary,
	gradient: ({ inputs: [x] }, dy) => [() => mul([dy, geluSlope([x])])],
});

/**
 * Φ(x) + x · φ(x), the slope of GELU, with Φ and φ of the standard normal distribution.
 * With u = x/√2 it is (1 + erf u)/2 + u · e^(−u²)/√π. Where e^(u²) overflows, u / e^(u²) is 0.
 */
export const geluSlope = defineOp<void>({
	type: 'GeluSlope',
	domain: COMPOSITE,
	infer: unary,
	expand: ([x]) => {
		const { cumulative, density, factor } = geluSlopeTerms(x);
		return add([cumulative, scaleBy(density, factor)]);
	},
});

/** The two terms of the slope: cumulative + factor · density. */
export function geluSlopeTerms(x: Value): { cumulative: Value; density: Value; factor: number } {
	const u = scaleBy(x, Math.SQRT1_2);
	// (1 + erf)/2 is between 0 and 1 anyway: the cut-off changes nothing, and makes it one pass instead of two.
	const cumulative = hardSigmoid([erf([u])], { slope: 0.5, offset: 0.5 });
	return { cumulative, density: div([u, exp([mul([u, u])])]), factor: 1 / Math.sqrt(Math.PI) };
}

/** GELU by its tanh approximation (Hendrycks & Gimpel 2016), as transformers' gelu_new. */
export const fastGelu = defineOp<void>({ type: 'FastGelu', domain: 'com.microsoft', infer: unary });

export const sin = defineOp<void>({ type: 'Sin', infer: unary });

export const cos = defineOp<void>({ type: 'Cos', infer: unary });

/** The same values in another element type. */
export const cast = defineOp<{ to: DType }>({
	type: 'Cast',
	attributes: ({ to }) => ({ to: { int: dtypeCode(to) } }),
	infer: ([x], { to }) => ({ dtype: to, shape: x.shape }),
});
