import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import type { TextEncoder } from '../../../../gpu/models/text-encoder.ts';
import { openTextEncoder } from '../../../../gpu/models/text-encoders.ts';
import { openTokenizer } from '../../../../gpu/models/tokenizer.ts';
import { loadGolden, loadTensors, relativeRms, saveTensors } from '../safetensors-files.ts';

const MODEL = 'assets/models/emoji-if';
const golden = loadGolden('test/fixtures/text/golden.safetensors');
const prompts: string[] = JSON.parse(readFileSync('test/fixtures/text/prompts.json', 'utf8'));
const device = { provider: 'cpu', threads: 1 } as const;

describe('the bundled text encoder', () => {
	let encoder: TextEncoder;
	beforeAll(async () => {
		encoder = await openTextEncoder(MODEL, device);
	});
	afterAll(() => encoder.close());

	test.each(prompts.map((prompt, i) => [i, prompt] as const))(
		'agrees with transformers on prompt %i',
		async (i, prompt) => {
			const embedding = await encoder.encode(prompt.toLowerCase().trim());
			expect(embedding.shape).toEqual([77, 384]);
			const row = (at: number) => embedding.data.subarray(at * 384, (at + 1) * 384);
			const rows = [...golden('rows').data];
			const wanted = golden('embedding').data.subarray(i * rows.length * 384, (i + 1) * rows.length * 384);
			expect(relativeRms(Float32Array.from(rows.flatMap((at) => [...row(at)])), wanted)).toBeLessThan(1e-4);
			const rms = Float32Array.from({ length: 77 }, (_, at) => Math.hypot(...row(at)) / Math.sqrt(384));
			expect(relativeRms(rms, golden('rms').data.subarray(i * 77, (i + 1) * 77))).toBeLessThan(1e-4);
		},
	);

	test('reads emoji by their names', async () => {
		expect(encoder.normalise(' A 🐶 ')).toBe('a dog face');
		const [dog, rocket] = await Promise.all(['🐶', '🚀'].map((emoji) => encoder.encode(encoder.normalise(emoji))));
		expect(relativeRms(rocket.data, dog.data)).toBeGreaterThan(0.1);
	});

	test('counts the tokens that it cuts', async () => {
		expect(prompts.map((prompt) => encoder.tokensCut(prompt))).toEqual([0, 0, 0, 45]);
	});
});

describe('the tokenizer', () => {
	test.each(prompts.map((prompt, i) => [i, prompt] as const))(
		'agrees with tokenizers on prompt %i',
		async (i, prompt) => {
			const tokenize = await openTokenizer(MODEL, { length: 77, padId: 0 });
			expect([...tokenize(prompt).ids]).toEqual([...golden('ids').data.subarray(i * 77, (i + 1) * 77)]);
		},
	);

	test('keeps the end token when it cuts', async () => {
		const { ids, used, cut } = (await openTokenizer(MODEL, { length: 5, padId: 0 }))('one two three four five');
		expect([...ids]).toEqual([101, 2028, 2048, 2093, 102]); // [CLS] one two three [SEP]
		expect({ used, cut }).toEqual({ used: 5, cut: 2 });
	});
});

describe('a wrong text encoder', () => {
	let copy: string;
	beforeAll(() => {
		copy = mkdtempSync(join(tmpdir(), 'text-'));
		for (const part of ['text_encoder', 'tokenizer']) cpSync(join(MODEL, part), join(copy, part), { recursive: true });
	});
	afterAll(() => rmSync(copy, { recursive: true }));

	const withConfig = (change: object) => {
		const config = JSON.parse(readFileSync(join(MODEL, 'text_encoder/config.json'), 'utf8'));
		writeFileSync(join(copy, 'text_encoder/config.json'), JSON.stringify({ ...config, ...change }));
		return openTextEncoder(copy, device);
	};

	test.each<[object, string]>([
		[{ model_type: 'gpt2' }, 'field "model_type" is "gpt2", expected one of "bert", "t5"'],
		[{ model_type: 'constructor' }, 'field "model_type" is "constructor", expected one of "bert", "t5"'],
		[{ hidden_act: 'relu' }, 'field "hidden_act" is "relu"'],
		[
			{ num_hidden_layers: 5 },
			'tensor "encoder.layer.5.attention.output.LayerNorm.bias" is not part of this architecture',
		],
		[{ max_position_embeddings: 64 }, 'field "max_position_embeddings" must be at least 77'],
	])('%o is refused', async (change, message) => {
		await expect(withConfig(change)).rejects.toThrow(ModelError);
		await expect(withConfig(change)).rejects.toThrow(message);
	});

	test('may have the pooler of a whole BertModel, but no other extra tensor', async () => {
		const path = join(copy, 'text_encoder/model.safetensors');
		const saved = loadTensors(path);
		const extra = { dtype: 'F32', shape: [2], bytes: new Uint8Array(8) };
		saveTensors(path, new Map([...saved, ['pooler.dense.bias', extra]]));
		await (await withConfig({})).close();
		saveTensors(path, new Map([...saved, ['cls.bias', extra]]));
		await expect(withConfig({})).rejects.toThrow('tensor "cls.bias" is not part of this architecture');
		saveTensors(path, saved);
	});

	test('is refused for a missing row scale, by name', async () => {
		const path = join(copy, 'text_encoder/model.safetensors');
		const tensors = loadTensors(path);
		const name = 'encoder.layer.3.output.dense.weight.scale';
		tensors.delete(name);
		saveTensors(path, tensors);
		await expect(withConfig({})).rejects.toThrow(`tensor "${name}" is missing, expected shape [384]`);
	});
});
