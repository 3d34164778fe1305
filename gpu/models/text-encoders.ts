/** The supported text encoders, by the model_type in text_encoder/config.json. */
import { join } from 'node:path';
import type { Device } from '../device.ts';
import { ModelError } from '../errors.ts';
import { valueText } from '../quoted.ts';
import { remember } from '../remember.ts';
import { checkBert, openBert } from './bert/encoder.ts';
import { cachedOnDisk } from './embeddings/disk-cache.ts';
import { encoderState } from './folder-state.ts';
import { readJson } from './json.ts';
import { combined, fileRevision, weightsRevision } from './revision.ts';
import { sentencePieceFiles } from './sentencepiece/tokenizer.ts';
import { checkT5, openT5 } from './t5/encoder.ts';
import type { OpenTextEncoder, TextEncoder } from './text-encoder.ts';
import { tokenizerFiles } from './tokenizer.ts';
import type { WeightFiles } from './weight-files.ts';

interface TextEncoderRow {
	readonly open: OpenTextEncoder;
	/** @returns the weights. Throws a ModelError where `open` would; reads everything but the weights' values. */
	readonly check: (directory: string) => Promise<WeightFiles>;
	/** What the tokenizer of a model directory is read from. */
	readonly tokenizerFiles: (directory: string) => readonly string[];
	/** The field in its config that holds the width of its embeddings. */
	readonly widthField: string;
	/** It takes much memory and time, so its output is kept on disk. */
	readonly isLarge?: true;
}

const ENCODERS: Readonly<Record<string, TextEncoderRow>> = {
	bert: { open: openBert, check: checkBert, tokenizerFiles, widthField: 'hidden_size' },
	t5: { open: openT5, check: checkT5, tokenizerFiles: sentencePieceFiles, widthField: 'd_model', isLarge: true },
};

/**
 * Opens text_encoder/ and tokenizer/ of a model directory.
 * Throws a ModelError for an encoder that is not supported, and for a damaged one.
 *
 * @param cacheFolder keeps a large encoder's output; absent: it is not kept
 */
export async function openTextEncoder(directory: string, device: Device, cacheFolder?: string): Promise<TextEncoder> {
	const { open, isLarge } = await findTextEncoder(directory);
	const encoder = await open(directory, device);
	if (!isLarge || cacheFolder === undefined) return encoder;
	return cachedOnDisk(encoder, { folder: cacheFolder, revision: await checkTextEncoder(directory) });
}

/**
 * Checks that openTextEncoder would open what is in a model directory, as far as that shows without the weights' values. What
 * was right is checked again only after it changes. Throws a ModelError that names the file.
 *
 * @returns the encoder's revision, see revision.ts
 */
export async function checkTextEncoder(directory: string): Promise<string> {
	return checked(directory, await encoderState(directory));
}

const checked = remember(
	async (directory: string, _state: string) => {
		const { check, tokenizerFiles } = await findTextEncoder(directory);
		const weights = await weightsRevision(join(directory, 'text_encoder'), await check(directory));
		const files = [configOf(directory), ...tokenizerFiles(directory)];
		return combined(weights, ...(await Promise.all(files.map(fileRevision))));
	},
	{ max: 32 },
);

/** The width of a model directory's text embeddings. Throws a ModelError for an encoder that is not supported. */
export async function textEncoderWidth(directory: string): Promise<number> {
	const { widthField } = await findTextEncoder(directory);
	return Number((await readConfig(directory))[widthField]);
}

/** The row of a model directory's text encoder. Reads only its config. Throws a ModelError for one that is not supported. */
async function findTextEncoder(directory: string): Promise<TextEncoderRow> {
	const { model_type: type } = await readConfig(directory);
	const row = typeof type === 'string' && Object.hasOwn(ENCODERS, type) ? ENCODERS[type] : undefined;
	if (row) return row;
	const known = Object.keys(ENCODERS).join('", "');
	throw new ModelError(
		`${configOf(directory)}: field "model_type" is ${valueText(type)}, expected one of "${known}"; use another model`,
	);
}

const configOf = (directory: string) => join(directory, 'text_encoder', 'config.json');

async function readConfig(directory: string): Promise<Readonly<Record<string, unknown>>> {
	return ((await readJson(configOf(directory))) ?? {}) as Readonly<Record<string, unknown>>;
}
