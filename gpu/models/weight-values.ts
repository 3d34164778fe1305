/** Checks the values in weight files, to explain why a network cannot work. */
import { type FileHandle, open } from 'node:fs/promises';
import { ModelError } from '../errors.ts';
import { type DType, dtypeBytes } from '../onnx/dtype.ts';
import { quoted } from '../quoted.ts';
import { fromBfloat16Bits, fromFloat16Bits } from './float16.ts';
import type { StoredTensor } from './safetensors.ts';

/** The exponent bits, which are all set only in NaN and infinity. */
const EXPONENTS: Readonly<Partial<Record<DType, number>>> = { float16: 0x7c00, bfloat16: 0x7f80, float32: 0x7f800000 };

/** Whether this type can hold weights or embeddings. */
export const isFloat = (dtype: DType): boolean => EXPONENTS[dtype] !== undefined;

/** Whether no value in `bytes` is NaN or infinity; only for types that have those. */
export function areFinite(dtype: DType, bytes: Uint8Array): boolean {
	const { buffer } = new Uint8Array(bytes); // a copy, since words must be aligned
	const words = dtype === 'float32' ? new Uint32Array(buffer) : new Uint16Array(buffer);
	const exponent = EXPONENTS[dtype]!;
	for (const word of words) if ((word & exponent) === exponent) return false;
	return true;
}

/** How many values are sampled to recognise the type of all, and the fewest that suffice. */
const SAMPLE = 4096;
const TELLING = 256;

/**
 * The ratio of nearly the largest to nearly the smallest value in a matrix. For random and for trained weights it is 18 to 80,
 * whatever their scale; for bf16 read as fp16 it is below 2, and the other way round above 4000.
 */
const SPREADS = { least: 4, most: 1000 };

const HALVES: Readonly<Partial<Record<DType, (bits: number) => number>>> = {
	float16: fromFloat16Bits,
	bfloat16: fromBfloat16Bits,
};

/** Throws a ModelError if the largest half-precision matrix claims to be fp16 but is bf16, or the other way round. */
export async function refuseMistakenHalves(tensors: ReadonlyMap<string, StoredTensor>): Promise<void> {
	const halves = [...tensors].filter(([, { dtype, shape }]) => HALVES[dtype] && shape.length > 1);
	if (halves.length === 0) return;
	const [name, tensor] = halves.reduce((largest, each) => (each[1].length > largest[1].length ? each : largest));
	const words = await wordsInTheMiddle(tensor);
	const other = tensor.dtype === 'float16' ? 'bfloat16' : 'float16';
	if (!looksLike(other, words) || looksLike(tensor.dtype, words)) return;
	throw new ModelError(
		`${tensor.file}: tensor ${quoted(name)} says that it is ${tensor.dtype}, but its numbers are ${other}; download the file again, or another file with the same weights`,
	);
}

function looksLike(dtype: DType, words: Uint16Array): boolean {
	const sizes = Array.from(words, (word) => Math.abs(HALVES[dtype]!(word))).filter((size) => size > 0);
	if (sizes.length < TELLING) return false;
	sizes.sort((a, b) => a - b);
	const spread = sizes[Math.floor(0.95 * sizes.length)] / sizes[Math.floor(0.05 * sizes.length)];
	return spread >= SPREADS.least && spread <= SPREADS.most;
}

async function wordsInTheMiddle({ file: path, offset, length }: StoredTensor): Promise<Uint16Array> {
	const count = Math.min(SAMPLE, length / 2);
	const start = offset + 2 * Math.floor((length / 2 - count) / 2);
	const file = await open(path);
	try {
		return new Uint16Array(new Uint8Array(await bytesAt(file, start, 2 * count)).buffer);
	} finally {
		await file.close();
	}
}

/** How many bytes of a file are checked at a time. */
const CHUNK_BYTES = 2 ** 24;

interface WeightsByName {
	/** The component's folder, for messages. */
	readonly path: string;
	readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Explains why a network with these weights outputs NaN: reads them until one is NaN or infinite. */
export async function whyNaN({ path, tensors }: WeightsByName): Promise<ModelError> {
	for (const [name, tensor] of tensors) {
		if (!isFloat(tensor.dtype) || (await isFiniteIn(tensor))) continue;
		return new ModelError(`${tensor.file}: tensor ${quoted(name)} holds NaN or infinity; download the file again`);
	}
	const isHalf = [...tensors.values()].some(({ dtype }) => dtypeBytes(dtype) === 2);
	const remedy = isHalf ? 'use the fp32 files of the same weights' : 'run it on the CPU, which computes in fp32';
	return new ModelError(
		`${path}: the network outputs NaN, though its weights hold none; it overflows in half precision, so ${remedy}`,
	);
}

async function isFiniteIn({ file: path, dtype, offset, length }: StoredTensor): Promise<boolean> {
	const file = await open(path);
	try {
		for (let at = 0; at < length; at += CHUNK_BYTES) {
			const bytes = await bytesAt(file, offset + at, Math.min(CHUNK_BYTES, length - at));
			if (!areFinite(dtype, bytes)) return false;
		}
		return true;
	} finally {
		await file.close();
	}
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
	const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
	return buffer;
}
