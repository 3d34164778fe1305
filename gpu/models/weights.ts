/** Gives the tensors of weight files to a graph, and checks their names and shapes against what the graph asks for. */
import { ModelError } from '../errors.ts';
import type { FloatType } from '../onnx/dtype.ts';
import type { Graph, Value } from '../onnx/graph.ts';
import { cast } from '../onnx/ops/elementwise.ts';
import { dequantizeRows } from '../onnx/ops/quantization.ts';
import { quoted, shapeText } from '../quoted.ts';
import type { StoredTensor } from './safetensors.ts';
import { locationOf, type WeightFiles } from './weight-files.ts';

const FLOATS: readonly string[] = ['float32', 'float16', 'bfloat16'];

export class Weights {
	readonly #weightFiles: WeightFiles;
	readonly #used = new Set<string>();

	constructor(weightFiles: WeightFiles) {
		this.#weightFiles = weightFiles;
	}

	/**
	 * The parameter `name` as a value of `graph`, in `dtype` whatever the file holds (a Cast, done once when loading).
	 * `view`: another shape with the same elements, for parameters that broadcast.
	 * Throws a ModelError if the file lacks it or has it in another shape.
	 */
	parameter(graph: Graph, name: string, shape: readonly number[], dtype: FloatType, view = shape): Value {
		const stored = this.#findFloat(name, shape);
		const value = this.#external(graph, name, stored, view);
		return stored.dtype === dtype ? value : cast([value], { to: dtype });
	}

	/** The tensor `name` as a value of `graph`, in the file's type. Throws as `parameter` does. */
	stored(graph: Graph, name: string, shape: readonly number[]): Value {
		return this.#external(graph, name, this.#findFloat(name, shape), shape);
	}

	/** The first of `names` that the file holds; the others are copies of it under other names. */
	oneOf(names: readonly [string, ...string[]]): string {
		for (const name of names) this.#used.add(name);
		return names.find((name) => this.#weightFiles.tensors.has(name)) ?? names[0];
	}

	/** Ignores tensors whose names start with `prefix`: parts of a network that do not affect the output in use. */
	ignore(prefix: string): void {
		for (const name of this.#weightFiles.tensors.keys()) if (name.startsWith(prefix)) this.#used.add(name);
	}

	/**
	 * A weight matrix [rows, columns] in `dtype`. The file may hold it as 8-bit integers q with one fp32 scale per row, named
	 * `<name>.scale`; its values are then q · scale.
	 */
	matrix(graph: Graph, name: string, shape: readonly [number, number], dtype: FloatType): Value {
		if (!this.isInt8(name)) return this.parameter(graph, name, shape, dtype);
		const { q, scale } = this.int8Matrix(graph, name, shape);
		const values = dequantizeRows([q, scale]);
		return dtype === 'float32' ? values : cast([values], { to: dtype });
	}

	/** The two parts of an 8-bit matrix: q int8 [rows, columns] and scale fp32 [rows]. */
	int8Matrix(graph: Graph, name: string, shape: readonly [number, number]): { q: Value; scale: Value } {
		const q = this.#external(graph, name, this.#find(name, shape), shape);
		return { q, scale: this.parameter(graph, `${name}.scale`, [shape[0]], 'float32') };
	}

	/** Whether the file holds `name` as 8-bit integers. */
	isInt8(name: string): boolean {
		return this.#weightFiles.tensors.get(name)?.dtype === 'int8';
	}

	/** Throws a ModelError if the file has a tensor that no graph asked for: it must be another network. */
	assertAllUsed(): void {
		const extra = [...this.#weightFiles.tensors.keys()].filter((name) => !this.#used.has(name));
		if (extra.length > 0) {
			const others = extra.length > 1 ? ` (and ${extra.length - 1} more)` : '';
			throw this.#error(extra[0], `is not part of this architecture${others}`);
		}
	}

	#findFloat(name: string, shape: readonly number[]): StoredTensor {
		const stored = this.#find(name, shape);
		if (FLOATS.includes(stored.dtype)) return stored;
		throw this.#error(name, `is ${stored.dtype}, expected ${FLOATS.join(', ')}`);
	}

	#find(name: string, shape: readonly number[]): StoredTensor {
		const stored = this.#weightFiles.tensors.get(name);
		if (!stored) throw this.#error(name, `is missing, expected shape ${shapeText(shape)}`);
		if (stored.shape.join() !== shape.join()) {
			throw this.#error(name, `has shape ${shapeText(stored.shape)}, expected ${shapeText(shape)}`);
		}
		this.#used.add(name);
		return stored;
	}

	#external(graph: Graph, name: string, stored: StoredTensor, shape: readonly number[]): Value {
		const location = locationOf(stored, this.#weightFiles.weightsFolder);
		return graph.external(name, stored.dtype, shape, { location, offset: stored.offset, length: stored.length });
	}

	#error(name: string, problem: string): ModelError {
		const file = this.#weightFiles.tensors.get(name)?.file ?? this.#weightFiles.path;
		return new ModelError(
			`${file}: tensor ${quoted(name)} ${problem}; download the weights and config.json of one model`,
		);
	}
}
