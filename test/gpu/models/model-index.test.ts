import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { BUNDLED } from '../../../gpu/models/bundled.ts';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { textEncoderWidth } from '../../../gpu/models/text-encoders.ts';

let folder: string;
let directory: string;
let width: number;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'models-'));
	directory = join(folder, 'upscaler');
	width = await textEncoderWidth(join(BUNDLED, 'emoji-if'));
	for (const reader of [directory, join(folder, 'reader')]) {
		mkdirSync(join(reader, 'text_encoder'), { recursive: true });
		const config = JSON.stringify({ model_type: 'bert', hidden_size: width });
		writeFileSync(join(reader, 'text_encoder', 'config.json'), config);
	}
});
afterAll(() => rmSync(folder, { recursive: true }));

const setTextEncoder = (textEncoder?: string) =>
	writeFileSync(join(directory, 'model_index.json'), JSON.stringify({ flipside: { textEncoder } }));
const source = () => new ModelLibrary().promptSource(directory, width);

test('a model has its own text encoder unless it names another', async () => {
	setTextEncoder();
	expect(await source()).toEqual({ encoder: directory });
});

test('the named encoder is beside the model or among the bundled ones', async () => {
	setTextEncoder('../reader');
	expect(await source()).toEqual({ encoder: join(folder, 'reader') });
	setTextEncoder('../emoji-if');
	expect(await source()).toEqual({ encoder: join(BUNDLED, 'emoji-if') });
});

test('a missing encoder is reported by name, with the file', async () => {
	setTextEncoder('../nobody');
	const attempt = source();
	await expect(attempt).rejects.toThrow(ModelError);
	await expect(attempt).rejects.toThrow(/model_index\.json: field "flipside\.textEncoder" is "\.\.\/nobody", but /);
});

test.each(['reader', '/etc', '..', '../..', '../../secrets', '../reader/../..', '../.hidden'])(
	'%s is refused: only directories beside the model are looked into',
	async (textEncoder) => {
		setTextEncoder(textEncoder);
		await expect(source()).rejects.toThrow('field "flipside.textEncoder"');
	},
);
