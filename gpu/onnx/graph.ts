/**
 * A graph of ONNX operations under construction. Values know their type and shape, so that a mistake shows where it
 * is made and not when the graph is loaded.
 *
 * Operations are functions on values (gpu/onnx/ops): `add(matMul(x, w), b)` appends two nodes to the graph of x.
 */
import { createHash } from 'node:crypto';
import { type DType, dtypeBytes } from './dtype.ts';
import { type Shape, ShapeError, showShape } from './shape.ts';

/** Type and shape of a value. */
export interface ValueType {
	readonly dtype: DType;
	readonly shape: Shape;
}

/** A tensor that flows through a graph: an input, an initializer or what a node puts out. */
export interface Value extends ValueType {
	readonly graph: Graph;
	readonly name: string;
}

/** An attribute of a node, with the type that ONNX stores. */
export type Attribute =
	| { readonly int: number }
	| { readonly float: number }
	| { readonly string: string }
	| { readonly ints: readonly number[] }
	| { readonly graph: Graph };

/**
 * The gradients of a node's inputs, given those of its outputs (undefined where none flows back). For every input a
 * function that appends its gradient, called only where somebody asks for it; undefined for inputs that have none (token
 * ids, shapes). Built from operations of the same table, so gradients are ordinary graphs.
 */
export type GradientRule<Options> = (
	node: Node<Options>,
	outputGradients: readonly (Value | undefined)[],
) => InputGradients;

export type InputGradients = ((() => Value) | undefined)[];

/** One operation: its node, its shape rule and its gradient rule together. */
export interface OpDefinition<Options> {
	/** ONNX operator type, for example "Conv". */
	readonly type: string;
	/** Absent: ai.onnx. */
	readonly domain?: 'com.microsoft' | 'com.microsoft.nchwc' | typeof COMPOSITE;
	readonly attributes?: (options: Options) => Readonly<Record<string, Attribute>>;
	/** Inputs that ONNX takes as tensors and that our callers give as options: target shapes, axes, paddings. */
	readonly constants?: (inputs: readonly Value[], options: Options) => readonly (Value | undefined)[];
	/** The shape rule: type and shape of every output. Throws a ShapeError for inputs that do not fit. */
	readonly infer: (inputs: readonly Value[], options: Options) => readonly ValueType[];
	/** The gradient rule; absent: nobody differentiates through this operation. */
	readonly gradient?: GradientRule<Options>;
	/**
	 * The outputs of a composite in operations of ONNX. The graph keeps the composite as one node until it is lowered
	 * (gpu/onnx/lower), so that a device may have its own way of doing the same.
	 */
	readonly expand?: (inputs: readonly Value[], options: Options) => readonly Value[];
}

/** The domain of composites: operations of ours, of which ONNX Runtime has none. */
export const COMPOSITE = 'flipside';

/** An operation in a graph. */
export interface Node<Options = unknown> {
	readonly op: OpDefinition<Options>;
	readonly options: Options;
	readonly inputs: readonly Value[];
	/** Names of all inputs as ONNX counts them: `inputs`, then the op's constants; "" for one that is left out. */
	readonly inputNames: readonly string[];
	readonly outputs: readonly Value[];
}

/** Where the bytes of an initializer are: in the model itself, or in a file beside it. */
export type InitializerData =
	| { readonly inline: Uint8Array }
	| {
			/** Relative to the folder that the session is told. */
			readonly location: string;
			/** In bytes, from the start of the file. */
			readonly offset: number;
			readonly length: number;
	  };

export interface Initializer {
	readonly value: Value;
	readonly data: InitializerData;
}

export class Graph {
	readonly name: string;
	readonly nodes: Node[] = [];
	readonly inputs: Value[] = [];
	readonly outputs: { readonly name: string; readonly value: Value }[] = [];
	readonly initializers = new Map<string, Initializer>();
	readonly #byKey = new Map<string, Value>();
	#values = 0;

	constructor(name: string) {
		this.name = name;
	}

	/** Declares an input of the graph. */
	input(name: string, dtype: DType, shape: Shape): Value {
		const value = { graph: this, name, dtype, shape };
		this.inputs.push(value);
		return value;
	}

	/** Makes `value` an output of the graph, under a name of its own. */
	output(name: string, value: Value): void {
		this.outputs.push({ name, value });
	}

	/** A tensor of known numbers, stored in the model. Equal constants are stored once. */
	constant(data: Float32Array | Int32Array | BigInt64Array, shape: readonly number[] = [data.length]): Value {
		const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
		const inline = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
		const key = `constant:${dtype}:${shape.join(',')}:${createHash('sha256').update(inline).digest('hex')}`;
		return this.#initializer(key, dtype, shape, { inline }, `constant_${this.initializers.size}`);
	}

	/** A list of integers, as ONNX wants shapes and axes: int64 [n]. */
	integers(values: readonly number[]): Value {
		return this.constant(BigInt64Array.from(values, BigInt));
	}

	/** An fp32 number, shape []. */
	scalar(value: number): Value {
		return this.constant(Float32Array.of(value), []);
	}

	/** A tensor whose bytes stay in a file. Asked for twice under the same name and shape, it is stored once. */
	external(
		name: string,
		dtype: DType,
		shape: readonly number[],
		data: { location: string; offset: number; length: number },
	): Value {
		const bytes = shape.reduce((product, dim) => product * dim, dtypeBytes(dtype));
		if (bytes !== data.length) {
			throw new ShapeError(`tensor "${name}"`, `${bytes} bytes for ${dtype} ${showShape(shape)}`, `${data.length}`);
		}
		const unique = this.initializers.has(name) ? `${name}${showShape(shape)}` : name;
		const key = `external:${name}:${shape.join(',')}`;
		return this.#initializer(key, dtype, shape, data, unique);
	}

	/** Appends a node and returns its outputs. The functions in gpu/onnx/ops call this. */
	append<Options>(op: OpDefinition<Options>, inputs: readonly Value[], options: Options): Value[] {
		for (const input of inputs) {
			if (input.graph !== this) throw new Error(`${op.type}: value "${input.name}" belongs to another graph`);
		}
		// First of all, so that constants are made of options that fit only.
		const types = op.infer(inputs, options);
		const constants = op.constants?.(inputs, options) ?? [];
		const outputs = types.map(({ dtype, shape }) => ({
			graph: this,
			name: `${op.type}_${this.#values++}`,
			dtype,
			shape,
		}));
		const inputNames = [...inputs, ...constants].map((value) => value?.name ?? '');
		this.nodes.push({ op, options, inputs, inputNames, outputs } as Node);
		return outputs;
	}

	#initializer(key: string, dtype: DType, shape: readonly number[], data: InitializerData, name: string): Value {
		const known = this.#byKey.get(key);
		if (known) return known;
		const value = { graph: this, name, dtype, shape };
		this.#byKey.set(key, value);
		this.initializers.set(name, { value, data });
		return value;
	}
}
