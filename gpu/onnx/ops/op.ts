/**
 * The contract of gpu/onnx/ops: one entry = one ONNX operation, with its node, its shape rule and its gradient
 * rule. An entry is a function: values in, value out. Adding an operation is adding one entry.
 */
import type { OpDefinition, Value, ValueType } from '../graph.ts';
import { type Shape, ShapeError, showShape } from '../shape.ts';

/** An operation as its callers see it. (Spelt out where a gradient rule uses the operation itself.) */
export type Operation<Options> = (inputs: readonly Value[], options: Options) => Value;

/** An operation with one output, and with options. */
export function defineOp<Options>(
	op: Omit<OpDefinition<Options>, 'infer'> & { infer: (inputs: readonly Value[], options: Options) => ValueType },
): Operation<Options> {
	const many = defineOpWithOutputs<Options>({ ...op, infer: (inputs, options) => [op.infer(inputs, options)] });
	return (inputs, options) => many(inputs, options)[0];
}

/** An operation with several outputs. */
export function defineOpWithOutputs<Options>(
	op: OpDefinition<Options>,
): (inputs: readonly Value[], options: Options) => Value[] {
	return (inputs, options) => inputs[0].graph.append(op, inputs, options);
}

/** Throws unless `value` has this many dimensions. */
export function expectRank(op: string, value: Value, rank: number): void {
	if (value.shape.length !== rank) {
		throw new ShapeError(op, `"${value.name}" with ${rank} dimensions`, showShape(value.shape));
	}
}

/** Throws unless `value` has exactly this shape. */
export function expectShape(op: string, value: Value, shape: Shape): void {
	if (value.shape.length !== shape.length || value.shape.some((dim, axis) => dim !== shape[axis])) {
		throw new ShapeError(op, `"${value.name}" of shape ${showShape(shape)}`, showShape(value.shape));
	}
}

/** Throws unless all values have the same element type. */
export function expectSameType(op: string, values: readonly Value[]): void {
	const other = values.find((value) => value.dtype !== values[0].dtype);
	if (other)
		throw new ShapeError(op, `${values[0].dtype} as in "${values[0].name}"`, `${other.dtype} in "${other.name}"`);
}

/** An axis counted from the front; -1 is the last one. */
export function normalizeAxis(op: string, axis: number, shape: Shape): number {
	const fromFront = axis < 0 ? axis + shape.length : axis;
	if (fromFront < 0 || fromFront >= shape.length) throw new ShapeError(op, `an axis of ${showShape(shape)}`, `${axis}`);
	return fromFront;
}
