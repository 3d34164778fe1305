/** Operations on each element alone. Two inputs broadcast as in NumPy. */
import { type DType, dtypeCode } from '../dtype.ts';
import type { Value, ValueType } from '../graph.ts';
import { broadcast } from '../shape.ts';
import { defineOp, expectSameType } from './op.ts';

const unary = ([x]: readonly Value[]): ValueType => x;

const binary =
	(type: string) =>
	(inputs: readonly Value[]): ValueType => {
		expectSameType(type, inputs);
		return { dtype: inputs[0].dtype, shape: broadcast(type, inputs[0].shape, inputs[1].shape) };
	};

/** a + b */
export const add = defineOp<void>({ type: 'Add', infer: binary('Add') });

/** a · b */
export const mul = defineOp<void>({ type: 'Mul', infer: binary('Mul') });

/** x · Φ(x), exactly (with erf), as torch.nn.GELU. */
export const gelu = defineOp<void>({ type: 'Gelu', domain: 'com.microsoft', infer: unary });

export const sin = defineOp<void>({ type: 'Sin', infer: unary });

export const cos = defineOp<void>({ type: 'Cos', infer: unary });

/** The same values in another element type. */
export const cast = defineOp<{ to: DType }>({
	type: 'Cast',
	attributes: ({ to }) => ({ to: { int: dtypeCode(to) } }),
	infer: ([x], { to }) => ({ dtype: to, shape: x.shape }),
});
