/** Finds the weight files of a model's component (unet/, text_encoder/): one file, or shards with an index. */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import * as z from 'zod';
import { ModelError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { readJson } from './json.ts';
import { readSafetensors, type StoredTensor } from './safetensors.ts';
import { BASE_NAMES, isShard, type Precision, spellingOfShard, spellingsBy } from './weight-names.ts';
import { refuseMistakenHalves } from './weight-values.ts';

/** All tensors of a component, from all its shards. */
export interface WeightFiles {
	/** The component's folder, for messages. */
	readonly path: string;
	readonly tensors: ReadonlyMap<string, StoredTensor>;
	/** The deepest folder that holds every file, links resolved; external data paths are relative to it. */
	readonly weightsFolder: string;
}

/** The name of a file next to the index, short enough for a file system. */
const shardName = z
	.string()
	.max(255)
	.regex(/^[^/\\\0]+\.safetensors$/);

const indexSchema = z.object({ weight_map: z.record(z.string(), shardName) });

/**
 * Opens the weights in `folder`. If it has them in both full and half precision, `prefer` decides.
 * Throws a ModelError that names the file.
 */
export async function openWeightFiles(folder: string, prefer: Precision): Promise<WeightFiles> {
	const tensors = new Map<string, StoredTensor>();
	for (const { file, expected } of await filesOf(folder, prefer)) {
		const stored = await readSafetensors(file);
		const missing = expected.find((name) => !stored.has(name));
		if (missing !== undefined)
			throw new ModelError(
				`${file}: lacks tensor ${quoted(missing)}, which the index places there; download both again`,
			);
		for (const [name, tensor] of stored) {
			if (tensors.has(name))
				throw new ModelError(`${file}: tensor ${quoted(name)} is in another shard too; download both again`);
			tensors.set(name, tensor);
		}
	}
	if (tensors.size === 0) throw new ModelError(`${folder}: the weight files hold no tensor`);
	await refuseMistakenHalves(tensors);
	return { path: folder, tensors, weightsFolder: commonFolder([...tensors.values()].map(({ file }) => file)) };
}

/** The weights in half precision, if `folder` has them in both; undefined otherwise. Throws as openWeightFiles does. */
export async function inHalfPrecision(folder: string): Promise<WeightFiles | undefined> {
	const [full, half] = await Promise.all([filesOf(folder, 'full'), filesOf(folder, 'half')]);
	const namesOf = (files: readonly WeightFile[]) => files.map(({ file }) => file).join('\n');
	return namesOf(full) === namesOf(half) ? undefined : openWeightFiles(folder, 'half');
}

/** The number of values in all tensors. */
export function countParameters({ tensors }: WeightFiles): number {
	return [...tensors.values()].reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
}

/** The location of a tensor's file in the form that ONNX external data needs: relative, with forward slashes. */
export function locationOf(tensor: StoredTensor, weightsFolder: string): string {
	return relative(weightsFolder, tensor.file).split(sep).join('/');
}

interface WeightFile {
	readonly file: string;
	/** The tensors that an index places in it; empty without an index. */
	readonly expected: readonly string[];
}

async function filesOf(folder: string, prefer: Precision): Promise<WeightFile[]> {
	const present = new Set(
		await readdir(folder).catch((cause) => {
			throw new ModelError(`${folder}: cannot be read (${cause.code})`, { cause });
		}),
	);
	let missing: WeightFile[] | undefined;
	for (const { single, indexes } of spellingsBy(prefer)) {
		if (present.has(single)) return [{ file: join(folder, single), expected: [] }];
		const index = indexes.find((name) => present.has(name));
		if (!index) continue;
		const shards = await readIndex(join(folder, index));
		// People who download one precision often get the other's index too, since they fetch all .json files.
		if (shards.some(({ file }) => present.has(basename(file)))) return shards;
		missing ??= shards;
	}
	if (missing) return missing;
	throw new ModelError(`${folder}: holds no weights that can be read, ${remedyFor([...present])}`);
}

function remedyFor(present: readonly string[]): string {
	const unfinished = present.find((name) => /\.(incomplete|part|crdownload|aria2)$/.test(name));
	if (unfinished) return `only ${quoted(unfinished)}, whose download stopped; start it again`;
	const shard = present.find(isShard);
	if (shard) {
		const index = spellingOfShard(shard)?.indexes[0] ?? `${shard.split(/[.-]/)[0]}.safetensors.index.json`;
		return `only shards such as ${quoted(shard)} without their index; download ${quoted(index)} too`;
	}
	const pickled = present.find((name) => /\.(bin|pt|pth|ckpt)$/.test(name));
	if (pickled) {
		return `only ${quoted(pickled)}, which can run code when it is loaded; download the .safetensors of the same weights`;
	}
	return `download ${BASE_NAMES.map((base) => `${base}.safetensors`).join(' or ')}`;
}

async function readIndex(path: string): Promise<WeightFile[]> {
	const index = indexSchema.safeParse(await readJson(path));
	if (!index.success)
		throw new ModelError(
			`${path}: "weight_map" must map every tensor to a .safetensors file beside it; download it again`,
		);
	const shards = new Map<string, string[]>();
	for (const [tensor, shard] of Object.entries(index.data.weight_map)) {
		shards.set(shard, [...(shards.get(shard) ?? []), tensor]);
	}
	return [...shards.keys()].sort().map((shard) => {
		return { file: join(dirname(path), shard), expected: shards.get(shard) ?? [] };
	});
}

function commonFolder(files: readonly string[]): string {
	const folders = files.map((file) => dirname(file).split(sep));
	const [first] = folders;
	let depth = first.length;
	for (const folder of folders) {
		let shared = 0;
		while (shared < depth && folder[shared] === first[shared]) shared++;
		depth = shared;
	}
	return first.slice(0, depth).join(sep) || sep;
}
