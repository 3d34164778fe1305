/**
 * Files of torch.save that hold a dictionary of tensors, such as the prompt embeddings that the course hands out: a zip of a
 * pickle and the raw numbers. Nothing of a file is ever run: its pickle may name only the handful of functions that make
 * tensors, and these are ours.
 * Source: torch/serialization.py and torch/_utils.py (_rebuild_tensor_v2).
 */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { ModelError } from '../../errors.ts';
import { type DType, dtypeBytes } from '../../onnx/dtype.ts';
import { quoted } from '../../quoted.ts';
import { type Global, isGlobal, PickleError, type PickleRules, type PickleValue, readPickle } from './pickle.ts';

/** The classes that storages are of, by what their numbers are. */
export const STORAGES: Readonly<Record<string, DType>> = {
	'torch.FloatStorage': 'float32',
	'torch.HalfStorage': 'float16',
	'torch.BFloat16Storage': 'bfloat16',
	'torch.DoubleStorage': 'float64',
	'torch.LongStorage': 'int64',
	'torch.IntStorage': 'int32',
	'torch.ByteStorage': 'uint8',
	'torch.CharStorage': 'int8',
	'torch.BoolStorage': 'bool',
};

export const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';
export const ORDERED_DICT = 'collections.OrderedDict';

const GLOBALS: ReadonlySet<string> = new Set([
	...Object.keys(STORAGES),
	REBUILD_TENSOR,
	REBUILD_PARAMETER,
	ORDERED_DICT,
]);

/** Of the pickle: some 200 bytes a tensor, so tens of thousands of them. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;

/** Storages and the few files about the format. */
const MAX_ENTRIES = 100_000;

/** More than anybody's tensors have; of an endless shape each look would take long. */
const MAX_AXES = 16;

/** The files of the zip, by their names inside of its one folder. */
type Archive = ReadonlyMap<string, Uint8Array>;

/**
 * The tensors of a file by name, in its order; their numbers are views of `file`'s copy.
 *
 * @param label names the file in messages
 * @throws {ModelError} when it is no such file, is damaged, or holds anything but tensors by name
 */
export function readTensorFile(file: Uint8Array, label: string): Map<string, RawTensor> {
	const archive = unzip(file, label);
	const pickle = archive.get('data.pkl');
	if (!pickle) throw new ModelError(`${label}: is a zip without data.pkl, so it is no file of torch.save`);
	const order = archive.get('byteorder');
	if (order && Buffer.from(order).toString() !== 'little') {
		throw new ModelError(`${label}: was written on a machine of another byte order; save it again on a usual one`);
	}
	const value = unpickle(pickle, (id) => storageOf(id, archive), label);
	if (!(value instanceof Map)) throw new ModelError(`${label}: holds no dictionary; save a dict of tensors by name`);
	return tensorsOf(value, label);
}

/** What a file's pickle says of a tensor, before its numbers are looked at. */
export interface TensorForm {
	readonly dtype: DType;
	readonly shape: readonly number[];
}

/** So much of a file's beginning holds its pickle, which torch.save writes first. */
export const BEGINNING_BYTES = MAX_PICKLE_BYTES + 1024;

/**
 * The tensors that a large file will turn out to hold, by the bytes that it begins with. Undefined where they do not tell.
 * Throws as readTensorFile.
 */
export function peekTensorFile(beginning: Uint8Array, label: string): Map<string, TensorForm> | undefined {
	const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.length);
	const [compression, nameBytes, extraBytes] = [8, 26, 28].map((at) => view.getUint16(at, true));
	const name = Buffer.from(beginning.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes)).toString();
	if (!isZip(beginning) || compression !== 0 || !name.endsWith('/data.pkl')) return undefined;
	const pickle = beginning.subarray(ENTRY_BYTES + nameBytes + extraBytes); // it says itself where it ends
	const value = unpickle(pickle, (id) => new Storage(storageId(id), NOTHING), label);
	return value instanceof Map ? tensorsOf(value, label) : undefined;
}

/** What comes before the name of a file in a zip. */
const ENTRY_BYTES = 30;
const NOTHING = new Uint8Array();

function unzip(file: Uint8Array, label: string): Archive {
	refuseOtherFormats(file, label);
	let entries = 0;
	let total = 0;
	const take = ({ name, size, originalSize, compression }: UnzipFileInfo) => {
		const isPickle = name.endsWith('/data.pkl');
		if (++entries > MAX_ENTRIES) throw new ModelError(`${label}: holds more than ${MAX_ENTRIES} files`);
		if (compression !== 0)
			throw new ModelError(`${label}: ${quoted(name)} is compressed, which torch.save does not do`);
		// Entries may lie over each other: together they must not be larger than the file either.
		total += Math.max(size, originalSize);
		if (originalSize > (isPickle ? MAX_PICKLE_BYTES : file.length) || total > file.length) {
			throw new ModelError(`${label}: ${quoted(name)} is larger than can be`);
		}
		return true;
	};
	try {
		const files = Object.entries(unzipSync(file, { filter: take }));
		return new Map(files.map(([name, bytes]) => [name.slice(name.indexOf('/') + 1), bytes]));
	} catch (cause) {
		if (cause instanceof ModelError) throw cause;
		throw new ModelError(`${label}: is damaged or cut off, its zip cannot be read; fetch it again`, { cause });
	}
}

/** Whether a file begins as a zip does. */
const isZip = (file: Uint8Array) => file[0] === 0x50 && file[1] === 0x4b && file[2] === 3 && file[3] === 4;

/** Whether a file begins as a pickle does, of one of the protocols from 2 to 5. */
const isPickle = (file: Uint8Array) => file[0] === 0x80 && file[1] >= 2 && file[1] <= 5;

/** Whether a file is of torch.save by how it begins; what its pickle is in a zip, it was alone before PyTorch 1.6. */
export const beginsAsTensorFile = (file: Uint8Array): boolean => isZip(file) || isPickle(file);

function refuseOtherFormats(file: Uint8Array, label: string): void {
	if (isZip(file)) return;
	if (isPickle(file)) {
		throw new ModelError(
			`${label}: is in the format of PyTorch before 1.6; load it there and save it with a newer one`,
		);
	}
	throw new ModelError(`${label}: is no file of torch.save`);
}

function unpickle(pickle: Uint8Array, persistent: PickleRules['persistent'], label: string): PickleValue {
	const rules: PickleRules = { globals: GLOBALS, call: callGlobal, persistent };
	try {
		return readPickle(pickle, rules);
	} catch (cause) {
		if (!(cause instanceof PickleError)) throw cause;
		throw new ModelError(`${label}: data.pkl ${cause.message}`, { cause });
	}
}

/** How a pickle names a storage. */
interface StorageId {
	readonly dtype: DType;
	readonly key: string;
	/** In bytes. */
	readonly length: number;
}

/** The numbers of one or several tensors. */
class Storage {
	readonly dtype: DType;
	/** In bytes. */
	readonly length: number;
	/** As many, or none of a file that is only peeked into. */
	readonly bytes: Uint8Array;

	constructor({ dtype, length }: StorageId, bytes: Uint8Array) {
		this.dtype = dtype;
		this.length = length;
		this.bytes = bytes;
	}
}

/** A tensor's numbers as they lie in the file, row after row, little-endian. */
export class RawTensor {
	readonly dtype: DType;
	readonly shape: readonly number[];
	readonly bytes: Uint8Array;

	constructor(dtype: DType, shape: readonly number[], bytes: Uint8Array) {
		this.dtype = dtype;
		this.shape = shape;
		this.bytes = bytes;
	}
}

/** ('storage', class, key, device, number of values): the device is that of whoever saved it. */
function storageId(id: PickleValue): StorageId {
	const [kind, type, key, , length] = Array.isArray(id) ? id : [];
	const dtype = isGlobal(type) ? STORAGES[type.global] : undefined;
	if (kind !== 'storage' || !dtype || typeof key !== 'string' || !isCount(length)) {
		throw new PickleError('refers to something that is no storage');
	}
	return { dtype, key, length: length * dtypeBytes(dtype) };
}

function storageOf(id: PickleValue, archive: Archive): Storage {
	const found = storageId(id);
	const name = `data/${found.key}`;
	const bytes = archive.get(name);
	if (!bytes) throw new PickleError(`refers to ${quoted(name)}, which is not there`);
	if (bytes.length < found.length) throw new PickleError(`refers to ${quoted(name)}, which is cut off`);
	return new Storage(found, bytes.subarray(0, found.length));
}

function callGlobal({ global }: Global, args: readonly PickleValue[]): PickleValue {
	switch (global) {
		case REBUILD_TENSOR:
			return rebuildTensor(args);
		case REBUILD_PARAMETER:
			if (args[0] instanceof RawTensor) return args[0];
			throw new PickleError('makes a parameter of something that is no tensor');
		case ORDERED_DICT:
			if (args.length === 0) return new Map();
			throw new PickleError('makes an OrderedDict in a way that torch.save does not');
		default:
			throw new PickleError(`calls ${global}, which is no function`);
	}
}

/** (storage, offset, size, stride, …), as far as the values lie one after the other. */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[]): RawTensor {
	if (!(storage instanceof Storage) || !isCount(offset) || !isShape(size) || !isShape(stride)) {
		throw new PickleError('makes a tensor in a way that torch.save does not');
	}
	let expected = 1;
	for (let axis = size.length - 1; axis >= 0; axis--) {
		if (size[axis] !== 1 && stride[axis] !== expected) {
			throw new PickleError('holds a tensor whose values do not lie in a row; save it after .contiguous()');
		}
		expected *= size[axis];
	}
	const { dtype, length, bytes } = storage;
	const unit = dtypeBytes(dtype);
	if ((offset + expected) * unit > length) throw new PickleError('holds a tensor that reaches past its storage');
	return new RawTensor(dtype, size, bytes.subarray(offset * unit, (offset + expected) * unit));
}

const isCount = (value: PickleValue | undefined): value is number =>
	Number.isSafeInteger(value) && (value as number) >= 0;

const isShape = (value: PickleValue | undefined): value is number[] =>
	Array.isArray(value) && value.length <= MAX_AXES && value.every(isCount);

function tensorsOf(dictionary: ReadonlyMap<PickleValue, PickleValue>, label: string): Map<string, RawTensor> {
	const tensors = new Map<string, RawTensor>();
	for (const [name, value] of dictionary) {
		if (typeof name !== 'string')
			throw new ModelError(`${label}: has a key that is no text; save a dict of tensors by name`);
		if (!(value instanceof RawTensor)) {
			throw new ModelError(`${label}: ${quoted(name)} is no tensor; save a dict of tensors by name`);
		}
		tensors.set(name, value);
	}
	return tensors;
}
