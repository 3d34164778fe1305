/**
 * Reads the headers of .safetensors files: which tensors there are, and where their bytes are. The bytes are not read.
 * Format: https://github.com/huggingface/safetensors#format
 */
import { type FileHandle, realpath } from 'node:fs/promises';
import * as z from 'zod';
import { ModelError } from '../errors.ts';
import { type DType, dtypeBytes } from '../onnx/dtype.ts';
import { quoted, shapeText } from '../quoted.ts';
import { openFile } from './files.ts';

/** Where a tensor is in the bytes of a file. */
export interface TensorSpan {
	readonly dtype: DType;
	readonly shape: readonly number[];
	/** Where its bytes start, from the start of the file. */
	readonly offset: number;
	readonly length: number;
}

/** A tensor in a file. */
export interface StoredTensor extends TensorSpan {
	/** The real path, with links resolved. */
	readonly file: string;
}

const DTYPES: Readonly<Record<string, DType>> = {
	F64: 'float64',
	F32: 'float32',
	F16: 'float16',
	BF16: 'bfloat16',
	I64: 'int64',
	I32: 'int32',
	I8: 'int8',
	U8: 'uint8',
	BOOL: 'bool',
};

/** IF-I-XL has some 1,500 and T5-XXL 220; each takes time to check. */
const MAX_TENSORS = 20_000;

/** That many tensors take 4 million bytes; the format itself allows 100 million. */
const MAX_HEADER_BYTES = 10_000_000;

const entrySchema = z.object({
	dtype: z.string(),
	shape: z.array(z.int().min(0)),
	data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** The tensors of one file by name. Throws a ModelError that names the file and the tensor, if the file is damaged. */
export async function readSafetensors(path: string): Promise<Map<string, StoredTensor>> {
	const file = await openFile(path);
	try {
		return await readTensors(file, path);
	} finally {
		await file.close();
	}
}

async function readTensors(file: FileHandle, path: string): Promise<Map<string, StoredTensor>> {
	const { size } = await file.stat();
	const headerBytes = headerLength(await readBytes(file, 0, Math.min(size, LENGTH_BYTES)), size, path);
	const header = await readBytes(file, LENGTH_BYTES, headerBytes);
	const real = await realpath(path);
	return new Map([...tensorsIn(header, size, path)].map(([name, span]) => [name, { ...span, file: real }]));
}

/**
 * The tensors in the bytes of a file. Throws as readSafetensors does.
 *
 * @param size of the file, if `bytes` are only its start; they must include its header
 */
export function parseSafetensors(bytes: Buffer, label: string, size = bytes.length): Map<string, TensorSpan> {
	const headerBytes = headerLength(bytes, size, label);
	return tensorsIn(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes), size, label);
}

/** A file starts with its header's length, in this many bytes. */
const LENGTH_BYTES = 8;

function headerLength(start: Buffer, size: number, path: string): number {
	const headerBytes = size < LENGTH_BYTES ? 0 : Number(start.readBigUInt64LE());
	if (headerBytes >= 2 && headerBytes <= Math.min(size - LENGTH_BYTES, MAX_HEADER_BYTES)) return headerBytes;
	throw new ModelError(`${path}: not a safetensors file, or cut off inside its header; download it again`);
}

function tensorsIn(header: Buffer, size: number, path: string): Map<string, TensorSpan> {
	const dataStart = LENGTH_BYTES + header.length;
	const tensors = new Map<string, TensorSpan>();
	const spans: Span[] = [];
	const entries = Object.entries(parseHeader(header.toString('utf8'), path));
	if (entries.length > MAX_TENSORS) {
		throw new ModelError(`${path}: lists ${entries.length} tensors, which cannot be right; download the file again`);
	}
	for (const [name, entry] of entries) {
		if (name === '__metadata__') continue;
		const { dtype, shape, start, length } = checkEntry(entry, `${path}: tensor ${quoted(name)}`, size - dataStart);
		spans.push({ name, start, end: start + length });
		tensors.set(name, { dtype, shape, offset: dataStart + start, length });
	}
	checkSpans(spans, path, size - dataStart);
	return tensors;
}

/** Where a tensor is, in bytes from the start of the data. */
interface Span {
	readonly name: string;
	readonly start: number;
	readonly end: number;
}

/** The format has no holes and no overlaps: every byte of the data belongs to exactly one tensor. */
function checkSpans(spans: readonly Span[], path: string, dataBytes: number): void {
	let covered = 0;
	let last = '';
	// An empty tensor comes before another one with the same start.
	for (const { name, start, end } of spans.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
		if (start !== covered) {
			throw new ModelError(
				`${path}: tensor ${quoted(name)}: starts at byte ${start}, but the tensors before it end at ${covered}; download the file again`,
			);
		}
		covered = end;
		last = name;
	}
	if (covered !== dataBytes) {
		throw new ModelError(
			`${path}: tensor ${quoted(last)}: is the last and ends at byte ${covered} of ${dataBytes}, and the rest belongs to no tensor; download the file again`,
		);
	}
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
	const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
	return buffer;
}

function parseHeader(text: string, path: string): object {
	let header: unknown;
	try {
		header = JSON.parse(text);
	} catch (cause) {
		throw new ModelError(`${path}: the header is damaged (not JSON); download it again`, { cause });
	}
	if (typeof header !== 'object' || header === null)
		throw new ModelError(`${path}: the header is damaged (not an object); download it again`);
	return header;
}

function checkEntry(value: unknown, where: string, dataBytes: number) {
	const entry = entrySchema.safeParse(value);
	if (!entry.success) throw new ModelError(`${where}: the header entry is damaged; download the file again`);
	const { shape, data_offsets: offsets } = entry.data;
	const dtype = Object.hasOwn(DTYPES, entry.data.dtype) ? DTYPES[entry.data.dtype] : undefined;
	if (!dtype)
		throw new ModelError(`${where}: unknown dtype ${quoted(entry.data.dtype)}; use weights in fp32, fp16 or bf16`);
	const [start, end] = offsets;
	const length = shape.reduce((product, dim) => product * dim, dtypeBytes(dtype));
	if (end - start !== length) {
		throw new ModelError(
			`${where}: ${entry.data.dtype} ${shapeText(shape)} takes ${length} bytes, the header says ${end - start}; download the file again`,
		);
	}
	if (end > dataBytes)
		throw new ModelError(`${where}: ends at byte ${end} of ${dataBytes}; the file is cut off, download it again`);
	return { dtype, shape, start, length };
}
