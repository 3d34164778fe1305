/** The model families, and which of them a directory belongs to. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../device.ts';
import { ModelError } from '../errors.ts';
import { quoted, valueText } from '../quoted.ts';
import { deepFloyd } from './deepfloyd/family.ts';
import type { OpenedDenoiser } from './denoiser.ts';
import type { ModelFamily } from './family.ts';
import { readJson } from './json.ts';
import type { TextEncoder } from './text-encoder.ts';

const FAMILIES: readonly ModelFamily[] = [deepFloyd];

/** Opens the model in a directory; see ModelFamily.open. Also throws a ModelError if no family recognises it. */
export async function openModel(
	directory: string,
	device: Device,
	openEncoder: (width: number) => Promise<TextEncoder>,
): Promise<OpenedDenoiser> {
	const family = await familyOf(directory);
	return family.open(directory, device, openEncoder);
}

/** The family of the model in a directory. Throws a ModelError if no family recognises it. */
export async function familyOf(directory: string): Promise<ModelFamily> {
	const config = join(directory, 'unet', 'config.json');
	const index = join(directory, 'model_index.json');
	const pipeline = existsSync(index) ? await classIn(index) : undefined;
	const network = await classIn(config);
	const family = FAMILIES.find((each) => each.recognises({ pipeline, network }));
	if (family) return family;
	throw new ModelError(
		`${config}: field "_class_name" is ${quoted(network ?? '')}, a network that is not supported; use a DeepFloyd IF model`,
	);
}

async function classIn(file: string): Promise<string | undefined> {
	const { _class_name: name } = ((await readJson(file)) ?? {}) as { _class_name?: unknown };
	return name === undefined || typeof name === 'string' ? name : valueText(name);
}
