/** Reads and writes whole .safetensors files, for tests. */
import { readFileSync, writeFileSync } from 'node:fs';

export interface FileTensor {
	/** The type by the format's name: F32, F16, ... */
	readonly dtype: string;
	readonly shape: readonly number[];
	readonly bytes: Uint8Array;
}

export type FileTensors = ReadonlyMap<string, FileTensor>;

/** All tensors of a file, with their bytes. */
export function loadTensors(path: string): Map<string, FileTensor> {
	const file = readFileSync(path);
	const headerBytes = Number(file.readBigUInt64LE());
	const header = JSON.parse(file.subarray(8, 8 + headerBytes).toString('utf8'));
	delete header.__metadata__;
	return new Map(
		Object.entries(header as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>).map(
			([name, { dtype, shape, data_offsets: offsets }]) => {
				const [start, end] = offsets.map((offset) => 8 + headerBytes + offset);
				return [name, { dtype, shape, bytes: Uint8Array.from(file.subarray(start, end)) }];
			},
		),
	);
}

/** Writes a file. The first tensor starts `misalign` bytes past a multiple of 8. */
export function saveTensors(path: string, tensors: FileTensors, { misalign = 0 } = {}): void {
	let end = 0;
	const header = Object.fromEntries(
		[...tensors].map(([name, { dtype, shape, bytes }]) => {
			const entry = { dtype, shape, data_offsets: [end, end + bytes.length] };
			end = entry.data_offsets[1];
			return [name, entry];
		}),
	);
	const json = JSON.stringify(header);
	const padded = json.padEnd(Math.ceil(json.length / 8) * 8 + misalign);
	const length = Buffer.alloc(8);
	length.writeBigUInt64LE(BigInt(padded.length));
	writeFileSync(path, Buffer.concat([length, Buffer.from(padded), ...[...tensors.values()].map(({ bytes }) => bytes)]));
}

/** The fp32 (or int32) numbers of a tensor. */
export function numbers({ dtype, bytes }: FileTensor): Float32Array {
	if (dtype === 'I32') return Float32Array.from(new Int32Array(bytes.buffer));
	if (dtype !== 'F32') throw new Error(`numbers: ${dtype}`);
	return new Float32Array(bytes.buffer);
}

/** A fixture folder's golden values as feeds: name -> fp32 tensor. */
export function loadGolden(path: string) {
	const tensors = loadTensors(path);
	return (name: string) => {
		const tensor = tensors.get(name);
		if (!tensor) throw new Error(`${path}: no ${name}`);
		return { data: numbers(tensor), shape: tensor.shape };
	};
}

/** Converts fp32 tensors to half precision, rounding ties to even. 'BF16' keeps the range, 'F16' the digits. */
export function toHalf(tensors: FileTensors, dtype: 'F16' | 'BF16'): Map<string, FileTensor> {
	const round = dtype === 'F16' ? float16Bits : bfloat16Bits;
	return new Map(
		[...tensors].map(([name, tensor]) => {
			const halves = Uint16Array.from(numbers(tensor), round);
			return [name, { dtype, shape: tensor.shape, bytes: new Uint8Array(halves.buffer) }];
		}),
	);
}

const scratch = new DataView(new ArrayBuffer(4));

function bits(value: number): number {
	scratch.setFloat32(0, value);
	return scratch.getUint32(0);
}

function bfloat16Bits(value: number): number {
	const word = bits(value);
	return (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
}

/** Requires |value| < 65504, which holds for all weights in fixtures. */
function float16Bits(value: number): number {
	const sign = (bits(value) >>> 16) & 0x8000;
	const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
	if (value === 0) return sign;
	const steps = roundToEven(Math.abs(value) / 2 ** (exponent - 10)); // units of the last place
	return sign | (steps < 1024 ? steps : (exponent + 15) * 1024 + (steps - 1024));
}

function roundToEven(value: number): number {
	const floor = Math.floor(value);
	const rest = value - floor;
	return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** √(Σ(a − b)² / Σb²) */
export function relativeRms(a: Float32Array, b: Float32Array): number {
	if (a.length !== b.length || b.length === 0) throw new Error(`relativeRms: ${a.length} and ${b.length} values`);
	let error = 0;
	let power = 0;
	for (let i = 0; i < b.length; i++) {
		error += (a[i] - b[i]) ** 2;
		power += b[i] ** 2;
	}
	return Math.sqrt(error / power);
}
