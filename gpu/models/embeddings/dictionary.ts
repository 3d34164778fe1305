/**
 * Files of prompt embeddings: a text encoder's output for some prompts, so that these can be drawn without the encoder. The
 * course hands out such a .pth; a .safetensors file with prompts as tensor names works too.
 */
import { basename } from 'node:path';
import { ModelError } from '../../errors.ts';
import { type FindPrompt, promptFinder } from '../../jobs/known-prompts.ts';
import type { DType } from '../../onnx/dtype.ts';
import { quoted, shapeText } from '../../quoted.ts';
import { type Tensor, tensor } from '../../tensor/tensor.ts';
import { openFile } from '../files.ts';
import { fromBfloat16Bits, fromFloat16Bits } from '../float16.ts';
import {
	BEGINNING_BYTES,
	beginsAsTensorFile,
	peekTensorFile,
	readTensorFile,
	type TensorForm,
} from '../pytorch/tensor-file.ts';
import { parseSafetensors } from '../safetensors.ts';
import { TEXT_LENGTH } from '../text-encoder.ts';
import { areFinite, isFloat } from '../weight-values.ts';

/** A thousand prompts of T5-XXL in half precision take 630 MB; the course's file has 13. */
const MAX_FILE_BYTES = 2 ** 30;

/** Values as they are in a file, row by row. */
interface Stored extends TensorForm {
	readonly bytes: Uint8Array;
}

export class PromptEmbeddings {
	/** The width of the encoder that made them. */
	readonly width: number;
	/** In the order and spelling of the file. */
	readonly prompts: readonly string[];
	/** Finds how a prompt is spelled in the file; undefined if it is not there. */
	readonly find: FindPrompt;
	readonly #stored: ReadonlyMap<string, Stored>;

	constructor(stored: ReadonlyMap<string, Stored>, width: number) {
		this.width = width;
		this.prompts = [...stored.keys()];
		this.#stored = stored;
		this.find = promptFinder(this.prompts);
	}

	/** The embedding of a prompt, spelled as in the file: [77, width]. */
	get(prompt: string): Tensor {
		const { dtype, bytes } = this.#stored.get(prompt)!;
		return tensor(toFloats(dtype, bytes), [TEXT_LENGTH, this.width]);
	}
}

/** @throws {ModelError} that names the file and the prompt, if it cannot be used */
export async function readPromptEmbeddings(path: string, label = basename(path)): Promise<PromptEmbeddings> {
	const file = await openFile(path, label);
	try {
		const { size } = await file.stat();
		if (size > MAX_FILE_BYTES) {
			throw new ModelError(
				`${label}: has ${Math.ceil(size / 2 ** 20)} MiB; files of embeddings may have at most ${MAX_FILE_BYTES / 2 ** 20}`,
			);
		}
		if (size > BEGINNING_BYTES) {
			// Other networks' files may be there too, and need not be read whole to tell them from embeddings.
			const { buffer } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
			const isPytorch = tensorFormat(buffer) === 'pytorch';
			const forms = isPytorch ? peekTensorFile(buffer, label) : parseSafetensors(buffer, label, size);
			if (forms) commonWidth(forms, label);
		}
		return parsePromptEmbeddings(await file.readFile(), label);
	} finally {
		await file.close();
	}
}

/** The embeddings in a file's bytes. Throws as readPromptEmbeddings does. */
export function parsePromptEmbeddings(file: Buffer, label: string): PromptEmbeddings {
	const stored = parseStored(file, label);
	const width = commonWidth(stored, label);
	refuseRepeats(stored, file.length, label);
	for (const [prompt, { dtype, bytes }] of stored) {
		if (areFinite(dtype, bytes)) continue;
		throw new ModelError(
			`${label}: the embedding of ${quoted(prompt)} holds NaN or infinity; it was not made correctly`,
		);
	}
	return new PromptEmbeddings(stored, width);
}

/** The common width of all embeddings. Throws a ModelError if one is not an embedding, or has another width. */
function commonWidth(forms: ReadonlyMap<string, TensorForm>, label: string): number {
	if (forms.size === 0) throw new ModelError(`${label}: holds no embeddings`);
	let width: number | undefined;
	for (const [prompt, { dtype, shape }] of forms) {
		const where = `${label}: the embedding of ${quoted(prompt)}`;
		const [tokens, columns] = shape.length === 3 && shape[0] === 1 ? shape.slice(1) : shape;
		if (tokens !== TEXT_LENGTH || !columns || shape.length < 2 || shape.length > 3) {
			throw new ModelError(`${where} has the shape ${shapeText(shape)}, expected [1, ${TEXT_LENGTH}, width]`);
		}
		if (!isFloat(dtype)) throw new ModelError(`${where} is ${dtype}, expected float16, float32 or bfloat16`);
		width ??= columns;
		if (columns !== width)
			throw new ModelError(`${where} is ${columns} wide, and others are ${width}; all must come from one encoder`);
	}
	return width!;
}

/** Tensors may share their values; many over the same ones would make even a small file slow to read, every time. */
function refuseRepeats(stored: ReadonlyMap<string, Stored>, fileBytes: number, label: string): void {
	const total = [...stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
	if (total <= fileBytes) return;
	throw new ModelError(`${label}: its prompts share their numbers; save a copy of each, with .clone()`);
}

/** A file's format by its first bytes; undefined: not a format with tensors. */
export function tensorFormat(file: Uint8Array): 'pytorch' | 'safetensors' | undefined {
	// The header's length precedes it, and its bytes may be those that another format starts with.
	if (file[8] === 0x7b) return 'safetensors';
	return beginsAsTensorFile(file) ? 'pytorch' : undefined;
}

/** The reader of PyTorch files refuses a bare pickle; the safetensors reader refuses anything else. */
function parseStored(file: Buffer, label: string): ReadonlyMap<string, Stored> {
	if (tensorFormat(file) === 'pytorch') return readTensorFile(file, label);
	return new Map(
		[...parseSafetensors(file, label)].map(([prompt, { dtype, shape, offset, length }]) => {
			return [prompt, { dtype, shape, bytes: file.subarray(offset, offset + length) }];
		}),
	);
}

function toFloats(dtype: DType, bytes: Uint8Array): Float32Array {
	const { buffer } = new Uint8Array(bytes); // a copy, since floats must be aligned
	if (dtype === 'float32') return new Float32Array(buffer);
	const words = new Uint16Array(buffer);
	return Float32Array.from(words, dtype === 'float16' ? fromFloat16Bits : fromBfloat16Bits);
}
