/** The text encoders there are, by the model_type in text_encoder/config.json. */
import { join } from 'node:path';
import type { Device } from '../device.ts';
import { ModelError } from '../errors.ts';
import { valueText } from '../quoted.ts';
import { remember } from '../remember.ts';
import { checkBert, openBert } from './bert/encoder.ts';
import { cachedOnDisk } from './embeddings/disk-cache.ts';
import { readJson } from './json.ts';
import { revisionOf } from './revision.ts';
import { checkT5, openT5 } from './t5/encoder.ts';
import type { OpenTextEncoder, TextEncoder } from './text-encoder.ts';

interface TextEncoderRow {
	readonly open: OpenTextEncoder;
	/** Throws a ModelError where `open` would; reads everything but the weights' numbers. */
	readonly check: (directory: string) => Promise<unknown>;
	/** The field of its config that says how wide its embeddings are. */
	readonly widthField: string;
	/** It takes much memory and time, so what it makes of a prompt is kept on the disk. */
	readonly isLarge?: true;
}

const ENCODERS: Readonly<Record<string, TextEncoderRow>> = {
	bert: { open: openBert, check: checkBert, widthField: 'hidden_size' },
	t5: { open: openT5, check: checkT5, widthField: 'd_model', isLarge: true },
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
	return cachedOnDisk(encoder, { folder: cacheFolder, revision: await encoderRevision(directory) });
}

/**
 * Whether openTextEncoder would open what is in a model directory, as far as that shows without the weights' numbers; what
 * was right is looked at again only once it is another. Throws a ModelError that names the file.
 */
export async function checkTextEncoder(directory: string): Promise<void> {
	await checked(directory, await encoderRevision(directory));
}

const checked = remember(
	async (directory: string, _revision: string) => {
		const { check } = await findTextEncoder(directory);
		await check(directory);
	},
	{ max: 32 },
);

async function encoderRevision(directory: string): Promise<string> {
	const parts = ['text_encoder', 'tokenizer'].map((part) => revisionOf(join(directory, part)).catch(() => 'missing'));
	return (await Promise.all(parts)).join();
}

/** How wide the embeddings of a model directory's text encoder are. Throws a ModelError for an encoder not built here. */
export async function textEncoderWidth(directory: string): Promise<number> {
	const { widthField } = await findTextEncoder(directory);
	return Number((await readConfig(directory))[widthField]);
}

/** The row of the text encoder of a model directory. Reads its config only. Throws a ModelError for one not built here. */
async function findTextEncoder(directory: string): Promise<TextEncoderRow> {
	const { model_type: type } = await readConfig(directory);
	const row = typeof type === 'string' && Object.hasOwn(ENCODERS, type) ? ENCODERS[type] : undefined;
	if (row) return row;
	const known = Object.keys(ENCODERS).join('", "');
	throw new ModelError(
		`${configOf(directory)}: field "model_type" is ${valueText(type)}, expected one of "${known}"; take another model`,
	);
}

const configOf = (directory: string) => join(directory, 'text_encoder', 'config.json');

async function readConfig(directory: string): Promise<Readonly<Record<string, unknown>>> {
	return ((await readJson(configOf(directory))) ?? {}) as Readonly<Record<string, unknown>>;
}
