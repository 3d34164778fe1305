/**
 * The contract of gpu/onnx/ops: one entry = one ONNX operation, with its node, its shape rule and its gradient
 * rule. An entry is a function: values in, value out. Adding an operation is adding one entry.
 */
import type { InputGradients, Node, OpDefinition, Value, ValueType } from '../graph.ts';
import { type Shape, ShapeError, showShape } from '../shape.ts';

/** An operation as its callers see it. (Spelt out where a gradient rule uses the operation itself.) */
export interface Operation<Options> {
	(inputs: readonly Value[], options: Options): Value;
	readonly definition: OpDefinition<Options>;
}

/** The same for an operation with several outputs. */
export interface OperationWithOutputs<Options> {
	(inputs: readonly Value[], options: Options): Value[];
	readonly definition: OpDefinition<Options>;
}

/** What one entry says of an operation with one output. */
type SingleOutput<Options> = Omit<OpDefinition<Options>, 'infer' | 'gradient' | 'expand'> & {
	readonly infer: (inputs: readonly Value[], options: Options) => ValueType;
	readonly gradient?: (node: Node<Options>, dy: Value) => InputGradients;
	readonly expand?: (inputs: readonly Value[], options: Options) => Value;
};

/** An operation with one output, and with options. */
export function defineOp<Options>({ infer, gradient, expand, ...op }: SingleOutput<Options>): Operation<Options> {
	const many = defineOpWithOutputs<Options>({
		...op,
		infer: (inputs, options) => [infer(inputs, options)],
		// Rules are only asked about nodes through which a gradient flows, and here that is the one output's.
		...(gradient && { gradient: (node, [dy]) => gradient(node, dy!) }),
		...(expand && { expand: (inputs, options) => [expand(inputs, options)] }),
	});
	return Object.assign((inputs: readonly Value[], options: Options) => many(inputs, options)[0], {
		definition: many.definition,
	});
}

/** An operation with several outputs. */
export function defineOpWithOutputs<Options>(definition: OpDefinition<Options>): OperationWithOutputs<Options> {
	return Object.assign(
		(inputs: readonly Value[], options: Options) => inputs[0].graph.append(definition, inputs, options),
		{ definition },
	);
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
