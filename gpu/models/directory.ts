/** The model directories that this machine has: bundled with the code in assets/models, and in MODEL_DIR. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { ModelSummary } from '../queue/runner.ts';
import { BUNDLED } from './bundled.ts';
import { familyOf } from './families.ts';
import { readModelIndex, textEncoderDirectory } from './model-index.ts';
import { revisionOf } from './revision.ts';
import { readSchedule } from './schedule.ts';
import { findTextEncoder } from './text-encoders.ts';

/**
 * The model directories by name, the bundled ones first: every folder with a model_index.json.
 * A folder in `modelDir` (MODEL_DIR) with the name of a bundled one takes its place.
 */
export async function listModelDirectories(modelDir?: string): Promise<Map<string, string>> {
	const directories = new Map<string, string>();
	for (const folder of [BUNDLED, modelDir]) {
		if (!folder || !existsSync(folder)) continue;
		for (const name of (await readdir(folder)).sort()) {
			const directory = join(folder, name);
			if (existsSync(join(directory, 'model_index.json'))) directories.set(name, directory);
		}
	}
	return directories;
}

/** The directory of a model. Throws a UserError that lists the models there are. */
export async function findModelDirectory(name: string, modelDir?: string): Promise<string> {
	const directories = await listModelDirectories(modelDir);
	const directory = directories.get(name);
	if (directory) return directory;
	const names = [...directories.keys()].join(', ') || 'none';
	throw new UserError(`There is no model "${name}"; the models here are: ${names}.`);
}

/** What people are told of a model. Reads configs and headers only. Throws a ModelError when the directory is damaged. */
export async function summarise(directory: string): Promise<ModelSummary> {
	const index = await readModelIndex(directory);
	const family = await familyOf(directory);
	const described = await family.describe(directory);
	await readSchedule(directory);
	await findTextEncoder(await textEncoderDirectory(directory));
	const { guidanceScale, summary } = { ...described, ...index };
	const revision = await revisionOf(directory);
	return { ...described, name: basename(directory), revision, guidanceScale, summary };
}
