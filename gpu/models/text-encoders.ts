/** The text encoders there are, by the model_type in text_encoder/config.json. */
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { Device } from '../onnx/session.ts';
import { openBert } from './bert/encoder.ts';
import { cachedOnDisk } from './embeddings/disk-cache.ts';
import { readJson } from './json.ts';
import { revisionOf } from './revision.ts';
import { openT5 } from './t5/encoder.ts';
import type { OpenTextEncoder, TextEncoder } from './text-encoder.ts';

interface TextEncoderRow {
	readonly open: OpenTextEncoder;
	/** It takes much memory and time, so what it makes of a prompt is kept on the disk. */
	readonly isLarge?: true;
}

const ENCODERS: Readonly<Record<string, TextEncoderRow>> = {
	bert: { open: openBert },
	t5: { open: openT5, isLarge: true },
};

/**
 * Opens text_encoder/ and tokenizer/ of a model directory.
 * Throws a ModelError for an encoder that is not built here, and for a damaged one.
 *
 * @param cacheFolder for what a large encoder makes of prompts; absent: it is not kept
 */
export async function openTextEncoder(directory: string, device: Device, cacheFolder?: string): Promise<TextEncoder> {
	const { open, isLarge } = await findTextEncoder(directory);
	const encoder = await open(directory, device);
	if (!isLarge || cacheFolder === undefined) return encoder;
	const parts = ['text_encoder', 'tokenizer'].map((part) => revisionOf(join(directory, part)));
	return cachedOnDisk(encoder, { folder: cacheFolder, revision: (await Promise.all(parts)).join() });
}

/** The row of the text encoder of a model directory. Reads its config only. Throws a ModelError for one not built here. */
export async function findTextEncoder(directory: string): Promise<TextEncoderRow> {
	const path = join(directory, 'text_encoder', 'config.json');
	const config = await readJson(path);
	const type = (config as { model_type?: unknown } | null)?.model_type;
	const row = typeof type === 'string' && Object.hasOwn(ENCODERS, type) ? ENCODERS[type] : undefined;
	if (row) return row;
	const known = Object.keys(ENCODERS).join('", "');
	throw new ModelError(`${path}: field "model_type" is ${JSON.stringify(type)}, expected one of "${known}"`);
}
