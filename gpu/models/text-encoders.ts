/** The text encoders there are, by the model_type in text_encoder/config.json. */
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { Device } from '../onnx/session.ts';
import { openBert } from './bert/encoder.ts';
import { readJson } from './json.ts';
import { openT5 } from './t5/encoder.ts';
import type { OpenTextEncoder, TextEncoder } from './text-encoder.ts';

const ENCODERS: Readonly<Record<string, OpenTextEncoder>> = {
	bert: openBert,
	t5: openT5,
};

/**
 * Opens text_encoder/ and tokenizer/ of a model directory.
 * Throws a ModelError for an encoder that is not built here, and for a damaged one.
 */
export async function openTextEncoder(directory: string, device: Device): Promise<TextEncoder> {
	const open = await findTextEncoder(directory);
	return open(directory, device);
}

/** What opens the text encoder of a model directory. Reads its config only. Throws a ModelError for one not built here. */
export async function findTextEncoder(directory: string): Promise<OpenTextEncoder> {
	const path = join(directory, 'text_encoder', 'config.json');
	const config = await readJson(path);
	const type = (config as { model_type?: unknown } | null)?.model_type;
	const open = typeof type === 'string' && Object.hasOwn(ENCODERS, type) ? ENCODERS[type] : undefined;
	if (open) return open;
	const known = Object.keys(ENCODERS).join('", "');
	throw new ModelError(`${path}: field "model_type" is ${JSON.stringify(type)}, expected one of "${known}"`);
}
