/** Finds model directories where people keep them: in a folder of models, alone, or in the Hugging Face hub's cache. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readSmallFile } from './files.ts';

/** A model directory and what people call it. */
export interface FoundModel {
	readonly name: string;
	readonly directory: string;
	/** Its repository as "owner/name", if it is in the hub's cache. */
	readonly repository?: string;
}

/** A repository in the hub's cache, "models--DeepFloyd--IF-I-M-v1.0". */
const REPOSITORY = /^models--(.+?)--(.+)$/;

/**
 * The models in `folder`, which may be a folder of models, one model, the hub's cache (its root or the folder above), one
 * repository in it, or one snapshot of that. Sorted by name; empty if there is no such folder.
 */
export async function modelsIn(folder: string): Promise<readonly FoundModel[]> {
	const path = resolve(folder);
	if (isModel(path)) return [named(path)];
	if (REPOSITORY.test(basename(path))) return inRepository(path);
	const names = (await readdir(path).catch(() => [])).sort();
	const found = names.map(async (name): Promise<readonly FoundModel[]> => {
		const child = join(path, name);
		if (isModel(child)) return [named(child)];
		if (REPOSITORY.test(name)) return inRepository(child);
		return name === 'hub' ? modelsIn(child) : [];
	});
	return (await Promise.all(found)).flat();
}

/** The directories in `folder` that hold a text encoder and no model: models without one of their own use it. */
export async function encodersIn(folder: string): Promise<readonly string[]> {
	const path = resolve(folder);
	const names = (await readdir(path).catch(() => [])).sort();
	return names.map((name) => join(path, name)).filter((child) => hasTextEncoder(child) && !isModel(child));
}

export const hasTextEncoder = (directory: string): boolean =>
	existsSync(join(directory, 'text_encoder', 'config.json'));

/** Whether diffusers would treat it as a model; anything else that is missing is reported when it is read. */
const isModel = (path: string) =>
	existsSync(join(path, 'model_index.json')) || existsSync(join(path, 'unet', 'config.json'));

/** Named by its repository if it is in the hub's cache, never by a snapshot's hash. */
function named(directory: string): FoundModel {
	const [folder, snapshots] = directory.split(/[\\/]/).slice(-3);
	const [, owner, name] = (snapshots === 'snapshots' && REPOSITORY.exec(folder)) || [];
	return name === undefined
		? { name: basename(directory), directory }
		: { name, directory, repository: `${owner}/${name}` };
}

/** A reference holds a commit hash. */
const MAX_REFERENCE_BYTES = 100;

/** The snapshot that `main` points to; without that reference, the newest one. */
async function inRepository(repository: string): Promise<readonly FoundModel[]> {
	const snapshots = join(repository, 'snapshots');
	const main = await readSmallFile(join(repository, 'refs', 'main'), MAX_REFERENCE_BYTES).catch(() => '');
	const current = join(snapshots, main.toString().trim());
	if (current !== snapshots && isModel(current)) return [named(current)];
	const all = (await readdir(snapshots).catch(() => [])).map(async (name) => {
		const directory = join(snapshots, name);
		return { directory, time: (await stat(directory).catch(() => undefined))?.mtimeMs ?? 0 };
	});
	const newest = (await Promise.all(all)).filter(({ directory }) => isModel(directory)).sort((a, b) => b.time - a.time);
	return newest.slice(0, 1).map(({ directory }) => named(directory));
}
