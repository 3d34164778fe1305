/**
 * Reads torch.save files that hold a dictionary of tensors, such as the prompt embeddings that the course hands out: a zip of
 * a pickle and the raw values. Nothing in a file is ever executed: its pickle may name only the handful of functions that
 * make tensors, and these are our own.
 * Source: torch/serialization.py and torch/_utils.py (_rebuild_tensor_v2).
 */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { ModelError } from '../../errors.ts';
import { type DType, dtypeBytes } from '../../onnx/dtype.ts';
import { quoted } from '../../quoted.ts';
import { type Global, isGlobal, PickleError, type PickleRules, type PickleValue, readPickle } from './pickle.ts';

/** The types of the values in each storage class. */
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

/** The largest pickle: many times what thousands of tensors take, at some 200 bytes each. */
const MAX_PICKLE_BYTES = 16 * 2 ** 20;

/** Most files in a zip: storages and the few files about the format. */
const MAX_ENTRIES = 100_000;

/** More axes than any real tensor has; a huge shape would be slow to check. */
const MAX_AXES = 16;

/** The files of the zip, by their names inside its one folder. */
type Archive = ReadonlyMap<string, Uint8Array>;

/**
 * The tensors of a file by name, in its order; their values are views of the unzipped data.
 *
 * @param label the file's name in messages
 * @throws {ModelError} if it is not such a file, is damaged, or holds anything but tensors by name
 */
export function readTensorFile(file: Uint8Array, label: string): Map<string, RawTensor> {
	const archive = unzip(file, label);
	const pickle = archive.get('data.pkl');
	if (!pickle) throw new ModelError(`${label}: is a zip without data.pkl, so torch.save did not write it`);
	const order = archive.get('byteorder');
	if (order && Buffer.from(order).toString() !== 'little') {
		throw new ModelError(
			`${label}: was written on a machine with a different byte order; save it again on an ordinary one`,
		);
	}
	const value = unpickle(pickle, (id) => storageOf(id, archive), label);
	if (!(value instanceof Map))
		throw new ModelError(`${label}: does not hold a dictionary; save a dict of tensors by name`);
	return tensorsOf(value, label);
}

/** A tensor as the pickle describes it, without its values. */
export interface TensorForm {
	readonly dtype: DType;
	readonly shape: readonly number[];
}

/** The first bytes of a file that are sure to hold its pickle, which torch.save writes first. */
export const BEGINNING_BYTES = MAX_PICKLE_BYTES + 1024;

/**
 * The tensors of a large file, from its first bytes. Undefined if these do not suffice. Throws as readTensorFile does.
 */
export function peekTensorFile(beginning: Uint8Array, label: string): Map<string, TensorForm> | undefined {
	const view = new DataView(beginning.buffer, beginning.byteOffset, beginning.length);
	const [compression, nameBytes, extraBytes] = [8, 26, 28].map((at) => view.getUint16(at, true));
	const name = Buffer.from(beginning.subarray(ENTRY_BYTES, ENTRY_BYTES + nameBytes)).toString();
	if (!isZip(beginning) || compression !== 0 || !name.endsWith('/data.pkl')) return undefined;
	const pickle = beginning.subarray(ENTRY_BYTES + nameBytes + extraBytes); // a pickle marks its own end
	const value = unpickle(pickle, (id) => new Storage(storageId(id), NOTHING), label);
	return value instanceof Map ? tensorsOf(value, label) : undefined;
}

/** The bytes before a file's name in a zip. */
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
		// Entries may overlap: together they must not be larger than the file either.
		total += Math.max(size, originalSize);
		if (originalSize > (isPickle ? MAX_PICKLE_BYTES : file.length) || total > file.length) {
			throw new ModelError(`${label}: ${quoted(name)} is larger than it can be`);
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

/** Whether a file starts like a zip. */
const isZip = (file: Uint8Array) => file[0] === 0x50 && file[1] === 0x4b && file[2] === 3 && file[3] === 4;

/** Whether a file starts like a pickle of protocol 2 to 5. */
const isPickle = (file: Uint8Array) => file[0] === 0x80 && file[1] >= 2 && file[1] <= 5;

/** Whether a file starts like one from torch.save: a zip with a pickle in it or, before PyTorch 1.6, a bare pickle. */
export const beginsAsTensorFile = (file: Uint8Array): boolean => isZip(file) || isPickle(file);

function refuseOtherFormats(file: Uint8Array, label: string): void {
	if (isZip(file)) return;
	if (isPickle(file)) {
		throw new ModelError(
			`${label}: is in the format of PyTorch before 1.6; load it there and save it with a newer one`,
		);
	}
	throw new ModelError(`${label}: is not a file written by torch.save`);
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

/** The values of one or several tensors. */
class Storage {
	readonly dtype: DType;
	/** In bytes. */
	readonly length: number;
	/** All of the bytes, or none if the file is only peeked into. */
	readonly bytes: Uint8Array;

	constructor({ dtype, length }: StorageId, bytes: Uint8Array) {
		this.dtype = dtype;
		this.length = length;
		this.bytes = bytes;
	}
}

/** A tensor's values as they are in the file: row by row, little-endian. */
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

/** ('storage', class, key, device, number of values); the device is the one it was saved from. */
function storageId(id: PickleValue): StorageId {
	const [kind, type, key, , length] = Array.isArray(id) ? id : [];
	const dtype = isGlobal(type) ? STORAGES[type.global] : undefined;
	if (kind !== 'storage' || !dtype || typeof key !== 'string' || !isCount(length)) {
		throw new PickleError('refers to something that is not a storage');
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
			throw new PickleError('makes a parameter from something that is not a tensor');
		case ORDERED_DICT:
			if (args.length === 0) return new Map();
			throw new PickleError('makes an OrderedDict in a way that torch.save does not');
		default:
			throw new PickleError(`calls ${global}, which is not a function`);
	}
}

/** (storage, offset, size, stride, …), provided that the values are contiguous. */
function rebuildTensor([storage, offset, size, stride]: readonly PickleValue[]): RawTensor {
	if (!(storage instanceof Storage) || !isCount(offset) || !isShape(size) || !isShape(stride)) {
		throw new PickleError('makes a tensor in a way that torch.save does not');
	}
	let expected = 1;
	for (let axis = size.length - 1; axis >= 0; axis--) {
		if (size[axis] !== 1 && stride[axis] !== expected) {
			throw new PickleError('holds a tensor whose values are not contiguous; save it after .contiguous()');
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
			throw new ModelError(`${label}: has a key that is not a string; save a dict of tensors by name`);
		if (!(value instanceof RawTensor)) {
			throw new ModelError(`${label}: ${quoted(name)} is not a tensor; save a dict of tensors by name`);
		}
		tensors.set(name, value);
	}
	return tensors;
}
