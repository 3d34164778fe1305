import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { BUNDLED } from '../../../gpu/models/bundled.ts';
import { textEncoderDirectory } from '../../../gpu/models/model-index.ts';

let modelDir: string;
let directory: string;
beforeAll(() => {
	modelDir = mkdtempSync(join(tmpdir(), 'models-'));
	directory = join(modelDir, 'upscaler');
	mkdirSync(directory);
	mkdirSync(join(modelDir, 'reader', 'text_encoder'), { recursive: true });
});
afterAll(() => rmSync(modelDir, { recursive: true }));

const setTextEncoder = (textEncoder?: string) =>
	writeFileSync(join(directory, 'model_index.json'), JSON.stringify({ flipside: { textEncoder } }));

test('a model has a text encoder of its own unless it names another', async () => {
	setTextEncoder();
	expect(await textEncoderDirectory(directory)).toBe(directory);
});

test('the one that it names lies beside it, or among the bundled models', async () => {
	setTextEncoder('../reader');
	expect(await textEncoderDirectory(directory)).toBe(join(modelDir, 'reader'));
	setTextEncoder('../emoji-if');
	expect(await textEncoderDirectory(directory)).toBe(join(BUNDLED, 'emoji-if'));
});

test('one that is not there is named, with the file', async () => {
	setTextEncoder('../nobody');
	const attempt = textEncoderDirectory(directory);
	await expect(attempt).rejects.toThrow(ModelError);
	await expect(attempt).rejects.toThrow(/model_index\.json: field "flipside\.textEncoder" is "\.\.\/nobody", but /);
});

test.each(['reader', '/etc', '..', '../..', '../../secrets', '../reader/../..', '../.hidden'])(
	'%s is refused: only directories beside the model are looked into',
	async (textEncoder) => {
		setTextEncoder(textEncoder);
		await expect(textEncoderDirectory(directory)).rejects.toThrow('field "flipside.textEncoder"');
	},
);
