/** Writes dictionaries of tensors as torch.save does; torch.load(weights_only=True) reads them. */
import { zipSync } from 'fflate';
import { ORDERED_DICT, type RawTensor, REBUILD_TENSOR, STORAGES } from './tensor-file.ts';

/** The folder in the zip that holds all its files; torch names it after the file. */
const FOLDER = 'archive';

/** The same time in every file, so that the same tensors give the same bytes; the earliest that a zip can hold. */
const TIME = new Date(1980, 0, 1);

/** The content of a file with these tensors. */
export function writeTensorFile(tensors: ReadonlyMap<string, RawTensor>): Uint8Array {
	const storages = [...tensors.values()].map(({ bytes }, key) => [`data/${key}`, bytes]);
	const files = Object.fromEntries([
		['data.pkl', pickleOf(tensors)],
		['byteorder', Buffer.from('little')],
		...storages,
		['version', Buffer.from('3\n')],
	]) as Record<string, Uint8Array>;
	const named = Object.entries(files).map(([name, bytes]) => [`${FOLDER}/${name}`, bytes] as const);
	return zipSync(Object.fromEntries(named), { level: 0, mtime: TIME });
}

/** Protocol 2: the dictionary, and for each tensor the call that makes it from its storage. */
function pickleOf(tensors: ReadonlyMap<string, RawTensor>): Buffer {
	const items = [...tensors].map(([name, tensor], key) => Buffer.concat([text(name), rebuild(tensor, String(key))]));
	return Buffer.concat([op(0x80), op(2), op('}'), op('('), ...items, op('u'), op('.')]);
}

function rebuild({ dtype, shape }: RawTensor, key: string): Buffer {
	const [storageClass] = Object.entries(STORAGES).find(([, type]) => type === dtype) ?? [];
	if (!storageClass) throw new Error(`writeTensorFile: torch has no storage of ${dtype}`);
	const length = shape.reduce((product, dim) => product * dim, 1);
	const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
	const id = tuple(text('storage'), global(storageClass), text(key), text('cpu'), integer(length));
	const noHooks = Buffer.concat([global(ORDERED_DICT), op(')'), op('R')]);
	const args = [Buffer.concat([id, op('Q')]), integer(0), integers(shape), integers(strides), op(0x89), noHooks];
	return Buffer.concat([global(REBUILD_TENSOR), tuple(...args), op('R')]);
}

const op = (code: number | string) => (typeof code === 'number' ? Buffer.of(code) : Buffer.from(code));

const tuple = (...items: readonly Buffer[]) => Buffer.concat([op('('), ...items, op('t')]);

const integers = (values: readonly number[]) => tuple(...values.map(integer));

function integer(value: number): Buffer {
	const bytes = Buffer.alloc(5, 'J');
	bytes.writeInt32LE(value, 1);
	return bytes;
}

function text(value: string): Buffer {
	const utf8 = Buffer.from(value);
	const length = Buffer.alloc(5, 'X');
	length.writeUInt32LE(utf8.length, 1);
	return Buffer.concat([length, utf8]);
}

function global(name: string): Buffer {
	const dot = name.lastIndexOf('.');
	return Buffer.from(`c${name.slice(0, dot)}\n${name.slice(dot + 1)}\n`);
}
