/** The model directories on this machine, and in which order they are offered. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../write-whole.ts';
import { BUNDLED } from './bundled.ts';
import { modelsIn } from './scan.ts';

/** Where models are kept that nobody named a place for. */
export const ownModels = (dataDir: string): string => join(dataDir, 'models');

/** The folders of models in addition to the bundled ones. */
export const modelFolders = (dataDir: string, modelDir?: string): readonly string[] => [
	ownModels(dataDir),
	...(modelDir ? [modelDir] : []),
];

/** The file that says which models are preferred. */
export const preferredModels = (dataDir: string): string => join(dataDir, 'preferred-models.json');

/**
 * The model directories by name: those that are preferred, then bundled ones, then those in `folders`, of which a later one
 * replaces another of the same name.
 *
 * @param preferred a file of names, see writePreferred
 */
export async function installedModels(
	folders: readonly string[],
	preferred?: string,
): Promise<ReadonlyMap<string, string>> {
	const directories = new Map<string, string>();
	const repositories = new Map<string, string | undefined>();
	for (const folder of [BUNDLED, ...folders]) {
		for (const { name, directory, repository } of await modelsIn(folder)) {
			// Two owners may have repositories with the same name.
			const isTaken = repository !== undefined && repositories.has(name) && repositories.get(name) !== repository;
			const unique = isTaken ? repository.replace('/', '--') : name;
			directories.set(unique, directory);
			repositories.set(unique, repository);
		}
	}
	const first = preferred === undefined ? [] : await readPreferred(preferred);
	const order = [...new Set([...first.filter((name) => directories.has(name)), ...directories.keys()])];
	return new Map(order.map((name) => [name, directories.get(name) as string]));
}

/** The names in the file; none if it is missing or damaged, since the models can be used in any order. */
export async function readPreferred(file: string): Promise<readonly string[]> {
	try {
		const names: unknown = JSON.parse(await readFile(file, 'utf8'));
		return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
	} catch {
		return [];
	}
}

/** The first name of each stage is the default where neither a request nor its channel names a model. */
export const writePreferred = (file: string, names: readonly string[]): Promise<void> =>
	writeWhole(file, `${JSON.stringify(names)}\n`);
