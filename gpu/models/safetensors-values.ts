/**
 * Whole .safetensors files of small networks: converts values in memory to bytes and back.
 * Format: https://github.com/huggingface/safetensors#format
 */
import { readFile } from 'node:fs/promises';
import { ModelError } from '../errors.ts';
import type { FloatType } from '../onnx/dtype.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { fromFloat16Bits, toFloat16Bits } from './float16.ts';
import { readSafetensors, type StoredTensor } from './safetensors.ts';

/** A tensor of a file: floats, or integers such as PyTorch's num_batches_tracked. */
export type FileValues = Tensor | { readonly data: BigInt64Array; readonly shape: readonly number[] };

/** Strings that a file holds in addition to its tensors. */
type Metadata = Readonly<Record<string, string>>;

export interface SafetensorsContent {
	/** Float tensors by name; integer tensors are left out. */
	readonly tensors: ReadonlyMap<string, Tensor>;
	readonly metadata: Metadata;
}

const NAMES: Readonly<Record<FloatType, string>> = { float32: 'F32', float16: 'F16' };

/**
 * The bytes of a file; the same content always gives the same bytes.
 *
 * @param dtype the type in which floats are stored
 */
export function encodeSafetensors(
	tensors: ReadonlyMap<string, FileValues>,
	{ dtype = 'float32', metadata }: { readonly dtype?: FloatType; readonly metadata?: Metadata } = {},
): Buffer {
	const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
	const parts: Uint8Array[] = [];
	let end = 0;
	for (const [name, { data, shape }] of tensors) {
		if (data.length !== sizeOf(shape)) throw new RangeError(`encodeSafetensors: ${name} has ${data.length} values`);
		const bytes = bytesOf(data, dtype);
		parts.push(bytes);
		header[name] = {
			dtype: data instanceof BigInt64Array ? 'I64' : NAMES[dtype],
			shape,
			data_offsets: [end, end + bytes.length],
		};
		end += bytes.length;
	}
	const json = Buffer.from(JSON.stringify(header));
	const padding = Buffer.alloc((8 - (json.length % 8)) % 8, ' '); // so that the data starts at a multiple of 8
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(json.length + padding.length));
	return Buffer.concat([length, json, padding, ...parts]);
}

/** All floats of a file, in fp32. Throws a ModelError that names the file and the tensor, if it is damaged. */
export async function loadSafetensors(path: string): Promise<SafetensorsContent> {
	const stored = await readSafetensors(path);
	const bytes = await readFile(path);
	const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString('utf8'));
	const tensors = new Map<string, Tensor>();
	for (const [name, tensor] of stored) {
		if (tensor.dtype === 'int64') continue;
		tensors.set(name, { data: floatsOf(bytes, tensor, `${path}: tensor "${name}"`), shape: tensor.shape });
	}
	return { tensors, metadata: header.__metadata__ ?? {} };
}

/** The floats of a file as plain arrays by name, for networks with known shapes. Throws as loadSafetensors does. */
export async function loadArrays(path: string): Promise<Record<string, Float32Array>> {
	const { tensors } = await loadSafetensors(path);
	return Object.fromEntries([...tensors].map(([name, { data }]) => [name, data]));
}

function bytesOf(data: FileValues['data'], dtype: FloatType): Uint8Array {
	const values = data instanceof Float32Array && dtype === 'float16' ? Uint16Array.from(data, toFloat16Bits) : data;
	return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function floatsOf(file: Buffer, { dtype, offset, length }: StoredTensor, where: string): Float32Array {
	const bytes = Uint8Array.from(file.subarray(offset, offset + length)).buffer; // a copy, since floats must be aligned
	if (dtype === 'float32') return new Float32Array(bytes);
	if (dtype === 'float16') return Float32Array.from(new Uint16Array(bytes), fromFloat16Bits);
	throw new ModelError(`${where}: is ${dtype}, expected float32 or float16`);
}
