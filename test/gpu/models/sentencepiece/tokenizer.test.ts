import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { readModelProto } from '../../../../gpu/models/sentencepiece/model-proto.ts';
import { openSentencePiece } from '../../../../gpu/models/sentencepiece/tokenizer.ts';

const MODEL = 'test/fixtures/sentencepiece/spiece.model';
const golden: [text: string, ids: number[]][] = JSON.parse(
	readFileSync('test/fixtures/sentencepiece/golden.json', 'utf8'),
);
const END = 1;

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 'spiece-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** A model directory with these files in its tokenizer folder. */
function directoryWith(name: string, files: Readonly<Record<string, string | Uint8Array>>): string {
	const directory = join(scratch, name);
	mkdirSync(join(directory, 'tokenizer'), { recursive: true });
	for (const [file, content] of Object.entries(files)) writeFileSync(join(directory, 'tokenizer', file), content);
	return directory;
}

/** Converts a spiece.model to tokenizer.json like transformers' T5Converter. */
function asTokenizerJson(): string {
	const { pieces, charsMap } = readModelProto(readFileSync(MODEL), MODEL);
	const rules = { type: 'Precompiled', precompiled_charsmap: Buffer.from(charsMap).toString('base64') };
	return JSON.stringify({
		added_tokens: [0, 1, 2].map((id) => ({ id, content: pieces[id].text, special: true })),
		normalizer: { type: 'Sequence', normalizers: [rules, { type: 'Strip' }, { type: 'Replace' }] },
		model: { type: 'Unigram', unk_id: 2, vocab: pieces.map(({ text, score }) => [text, score]) },
	});
}

/** The texts whose tokens differ from sentencepiece's. */
async function differences(directory: string): Promise<unknown[]> {
	const tokenize = await openSentencePiece(directory, { length: 2000, padId: 0 });
	return golden.flatMap(([text, expected]) => {
		const { ids, used } = tokenize(text);
		const actual = [...ids.subarray(0, used)];
		return JSON.stringify(actual) === JSON.stringify([...expected, END]) ? [] : [{ text, expected, actual }];
	});
}

describe('the tokenizer of T5', () => {
	it('agrees with sentencepiece on 300 texts', async () => {
		expect(golden).toHaveLength(300);
		const directory = directoryWith('binary', { 'spiece.model': readFileSync(MODEL) });
		expect(await differences(directory)).toEqual([]);
	});

	it('gives the same tokens from a tokenizer.json', async () => {
		expect(await differences(directoryWith('json', { 'tokenizer.json': asTokenizerJson() }))).toEqual([]);
	});

	it('cuts to 77 tokens but keeps the end token, or pads', async () => {
		const tokenize = await openSentencePiece(join(scratch, 'binary'), { length: 77, padId: 0 });
		const long = tokenize('a'.repeat(200));
		expect({ used: long.used, end: long.ids[76] }).toEqual({ used: 77, end: END });
		expect(long.cut).toBeGreaterThan(0);
		const empty = tokenize('');
		expect([...empty.ids]).toEqual([END, ...Array(76).fill(0)]);
		expect(empty).toMatchObject({ used: 1, cut: 0 });
	});
});

describe('a wrong tokenizer', () => {
	const opening = (name: string, files: Readonly<Record<string, string | Uint8Array>>) =>
		openSentencePiece(directoryWith(name, files), { length: 77, padId: 0 });

	it.each([
		['none', {}, 'has no spiece.model and no tokenizer.json; download the tokenizer folder too'],
		['page', { 'spiece.model': '<html>' }, 'is not a sentencepiece model, or is cut off; download the file again'],
		['empty', { 'spiece.model': '' }, 'has no vocabulary; download the file again'],
		['cut', { 'spiece.model': readFileSync(MODEL).subarray(0, 100_000) }, 'cut off; download the file again'],
		[
			'pointer',
			{ 'spiece.model': 'version https://git-lfs.github.com/spec/v1\n' },
			"is only git's pointer to the file",
		],
		['bert', { 'tokenizer.json': '{"model":{"type":"WordPiece"}}' }, 'is not a T5 tokenizer (model.type Unigram)'],
		['nonsense', { 'tokenizer.json': '{' }, 'tokenizer.json'],
	])('is rejected in one sentence: %s', async (name, files, sentence) => {
		await expect(opening(name, files)).rejects.toThrow(ModelError);
		await expect(opening(name, files)).rejects.toThrow(sentence);
	});

	it('is rejected or read if any bit is flipped', async () => {
		const original = readFileSync(MODEL);
		for (let i = 0; i < 300; i++) {
			const damaged = Buffer.from(original);
			damaged[(i * 7919) % (i % 2 ? damaged.length : 3000)] ^= 1 << (i % 8);
			const tokenize = await opening(`flipped`, { 'spiece.model': damaged }).catch((error: unknown) => {
				expect(error).toBeInstanceOf(ModelError);
			});
			for (const [text] of golden.slice(0, 20)) expect(tokenize?.(text).ids.length ?? 77).toBe(77);
		}
	});
});
