/**
 * Files of prompt embeddings: what a text encoder made of each of some prompts, so that these can be drawn without it. The
 * course hands out such a .pth; a .safetensors with the prompts as names of its tensors says the same.
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

/** Numbers as a file holds them, row after row. */
interface Stored extends TensorForm {
	readonly bytes: Uint8Array;
}

export class PromptEmbeddings {
	/** Width of the encoder that made them. */
	readonly width: number;
	/** In the order of the file, as they are spelled there. */
	readonly prompts: readonly string[];
	/** How a prompt is spelled in the file; undefined when it is not there. */
	readonly find: FindPrompt;
	readonly #stored: ReadonlyMap<string, Stored>;

	constructor(stored: ReadonlyMap<string, Stored>, width: number) {
		this.width = width;
		this.prompts = [...stored.keys()];
		this.#stored = stored;
		this.find = promptFinder(this.prompts);
	}

	/** The embedding of a prompt of the file, spelled as there: [77, width]. */
	get(prompt: string): Tensor {
		const { dtype, bytes } = this.#stored.get(prompt)!;
		return tensor(toFloats(dtype, bytes), [TEXT_LENGTH, this.width]);
	}
}

/** @throws {ModelError} that names the file, and the prompt, when it cannot be used */
export async function readPromptEmbeddings(path: string, label = basename(path)): Promise<PromptEmbeddings> {
	const file = await openFile(path, label);
	try {
		const { size } = await file.stat();
		if (size > MAX_FILE_BYTES) {
			throw new ModelError(
				`${label}: has ${Math.ceil(size / 2 ** 20)} MiB; files of embeddings may have ${MAX_FILE_BYTES / 2 ** 20}`,
			);
		}
		if (size > BEGINNING_BYTES) {
			// Networks of other things lie about too, and need not be read whole to be told from embeddings.
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

/** The embeddings in the bytes of a file. Throws as readPromptEmbeddings. */
export function parsePromptEmbeddings(file: Buffer, label: string): PromptEmbeddings {
	const stored = parseStored(file, label);
	const width = commonWidth(stored, label);
	refuseRepeats(stored, file.length, label);
	for (const [prompt, { dtype, bytes }] of stored) {
		if (areFinite(dtype, bytes)) continue;
		throw new ModelError(`${label}: the embedding of ${quoted(prompt)} holds NaN or infinity; it was not made right`);
	}
	return new PromptEmbeddings(stored, width);
}

/** How wide the embeddings are, all of them. Throws a ModelError where one is no embedding, or of another width. */
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
			throw new ModelError(`${where} is ${columns} wide, and others are ${width}; all must be of one encoder`);
	}
	return width!;
}

/** Tensors may share their numbers; many over the same ones would make a small file take long at every reading. */
function refuseRepeats(stored: ReadonlyMap<string, Stored>, fileBytes: number, label: string): void {
	const total = [...stored.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
	if (total <= fileBytes) return;
	throw new ModelError(`${label}: its prompts share their numbers; save a copy of each, with .clone()`);
}

/** The format of a file by its first bytes; undefined: one that holds no tensors. */
export function tensorFormat(file: Uint8Array): 'pytorch' | 'safetensors' | undefined {
	// The length of a header comes before it, and its bytes may be those that another format begins with.
	if (file[8] === 0x7b) return 'safetensors';
	return beginsAsTensorFile(file) ? 'pytorch' : undefined;
}

/** A bare pickle is refused by the reader of PyTorch's files, and what is of no format by the other. */
function parseStored(file: Buffer, label: string): ReadonlyMap<string, Stored> {
	if (tensorFormat(file) === 'pytorch') return readTensorFile(file, label);
	return new Map(
		[...parseSafetensors(file, label)].map(([prompt, { dtype, shape, offset, length }]) => {
			return [prompt, { dtype, shape, bytes: file.subarray(offset, offset + length) }];
		}),
	);
}

function toFloats(dtype: DType, bytes: Uint8Array): Float32Array {
	const { buffer } = new Uint8Array(bytes); // a copy starts where floats may
	if (dtype === 'float32') return new Float32Array(buffer);
	const words = new Uint16Array(buffer);
	return Float32Array.from(words, dtype === 'float16' ? fromFloat16Bits : fromBfloat16Bits);
}
