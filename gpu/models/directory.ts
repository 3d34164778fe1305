/** The model directories that this machine has: bundled with the code in assets/models, and in MODEL_DIR. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { scheduleFromConfig } from '../diffusion/config.ts';
import { ModelError, UserError } from '../errors.ts';
import { explainIssue } from '../explain-issue.ts';
import type { ModelSummary } from '../queue/runner.ts';
import { countParameters, openCheckpoint } from './checkpoint.ts';
import { readUNetConfig } from './deepfloyd/config.ts';
import { readJson } from './json.ts';
import { findTextEncoder } from './text-encoders.ts';

const BUNDLED = fileURLToPath(new URL('../../assets/models', import.meta.url));

/** DeepFloyd IF's own guidance scale. */
const DEFAULT_GUIDANCE_SCALE = 7;

/** What we read of model_index.json: an object of our own, for models that were made for Flipside. */
const indexSchema = z.object({
	flipside: z
		.strictObject({ guidanceScale: z.number().min(0).max(100).optional(), summary: z.string().min(1).optional() })
		.default({}),
});

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

/**
 * What people are told of a model. Reads configs and headers only. Throws a ModelError when the directory is damaged, or
 * holds what no command can use yet.
 */
export async function summarise(directory: string): Promise<ModelSummary> {
	const path = join(directory, 'model_index.json');
	const json = await readJson(path);
	const index = indexSchema.safeParse(json);
	if (!index.success) throw new ModelError(`${path}: ${explainIssue(index.error.issues[0], json)}`);
	const { guidanceScale = DEFAULT_GUIDANCE_SCALE, summary } = index.data.flipside;
	const unetPath = join(directory, 'unet', 'config.json');
	const { sampleSize, hasNoiseLevel } = await readUNetConfig(unetPath);
	if (hasNoiseLevel)
		throw new ModelError(`${unetPath}: a stage II network, which enlarges pictures; no command does that yet`);
	const schedulerPath = join(directory, 'scheduler', 'scheduler_config.json');
	scheduleFromConfig(await readJson(schedulerPath), schedulerPath);
	await findTextEncoder(directory);
	const parameters = countParameters(await openCheckpoint(join(directory, 'unet'), 'full'));
	return {
		name: basename(directory),
		summary: summary ?? 'DeepFloyd IF, stage I',
		sampleSize,
		parameters,
		guidanceScale,
	};
}
