import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelError, UserError } from '../../../../gpu/errors.ts';
import { parsePromptEmbeddings, readPromptEmbeddings } from '../../../../gpu/models/embeddings/dictionary.ts';
import { openEmbeddings } from '../../../../gpu/models/embeddings/encoder.ts';
import { RawTensor } from '../../../../gpu/models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../../../gpu/models/pytorch/write-tensor-file.ts';
import { pipe } from '../../../fakes/pipe.ts';
import { type FileTensor, saveTensors } from '../safetensors-files.ts';

const COURSE = 'test/fixtures/pytorch/embeddings.pth';
const SUMS: Readonly<Record<string, number>> = {
	'a high quality photo': -21.881324768066406,
	'a photo of the amalfi cost': 38.02628421783447,
};

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 'embeddings-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);

/** An embedding [1, 77, width] with one value everywhere. */
function constant(value: number, width = 2): RawTensor {
	const data = new Float32Array(77 * width).fill(value);
	return new RawTensor('float32', [1, 77, width], new Uint8Array(data.buffer));
}

function fileOf(name: string, tensors: Readonly<Record<string, RawTensor>>): string {
	const path = join(scratch, name);
	writeFileSync(path, writeTensorFile(new Map(Object.entries(tensors))));
	return path;
}

describe('a file of embeddings', () => {
	it('has the embedding of every prompt', async () => {
		const encoder = await openEmbeddings(COURSE);
		expect(encoder.width).toBe(8);
		for (const [prompt, expected] of Object.entries(SUMS)) {
			const embedding = await encoder.encode(encoder.normalise(prompt.toUpperCase()));
			expect(embedding.shape).toEqual([77, 8]);
			expect(sum(embedding.data)).toBeCloseTo(expected, 5);
		}
	});

	it('finds a prompt regardless of case and spaces, and with one typo in a long one', async () => {
		const embeddings = await readPromptEmbeddings(COURSE);
		expect(embeddings.find(' A  High quality\nPhoto ', true)).toBe('a high quality photo');
		expect(embeddings.find('a photo of the amalfi coast', true)).toBe('a photo of the amalfi cost');
		expect(embeddings.find('', true)).toBe('');
		expect(embeddings.find('cafe 🙂', true)).toBeUndefined(); // in a short word one letter makes another word
		expect(embeddings.find('a photo of a dog', true)).toBeUndefined();
	});

	it('suggests the nearest prompts for a missing one', async () => {
		const encoder = await openEmbeddings(COURSE);
		const encoding = encoder.encode('an oil painting of a village');
		await expect(encoding).rejects.toBeInstanceOf(UserError);
		await expect(encoding).rejects.toThrow(
			/only embeddings of 5 prompts, .* the nearest: “an oil painting of a snowy mountain village”, /,
		);
	});

	it('says what to do if the empty prompt is missing', async () => {
		const encoder = await openEmbeddings(fileOf('no-empty.pth', { 'a dog': constant(1) }));
		await expect(encoder.encode('')).rejects.toThrow('use guidance 1, or give a negative prompt that it has');
	});

	it('may be a .safetensors, in fp32, fp16 or bf16', async () => {
		const words = (dtype: string, word: number): FileTensor => {
			return { dtype, shape: [77, 2], bytes: new Uint8Array(new Uint16Array(154).fill(word).buffer) };
		};
		const path = join(scratch, 'embeddings.safetensors');
		const { bytes } = constant(0.5);
		saveTensors(
			path,
			new Map([
				['a dog', { dtype: 'F32', shape: [1, 77, 2], bytes }],
				['a cat', words('F16', 0x3e00)],
				['a fox', words('BF16', 0x4020)],
			]),
			{ misalign: 2 },
		);
		const encoder = await openEmbeddings(path);
		const first = async (prompt: string) => (await encoder.encode(prompt)).data[0];
		expect([await first('a dog'), await first('a cat'), await first('a fox')]).toEqual([0.5, 1.5, 2.5]);
	});

	// 80 and 128 are the first bytes of a zip and a pickle, 640 the first two bytes of a pickle.
	it.each([80, 128, 640])('may be a .safetensors whose header has %i bytes', (length) => {
		const header = { a: { dtype: 'F32', shape: [77, 2], data_offsets: [0, 616] } };
		const start = Buffer.alloc(8);
		start.writeBigUInt64LE(BigInt(length));
		const file = Buffer.concat([start, Buffer.from(JSON.stringify(header).padEnd(length)), constant(1).bytes]);
		expect(parsePromptEmbeddings(file, 'a.safetensors')).toMatchObject({ width: 2, prompts: ['a'] });
	});

	it.each([
		[
			{ a: constant(1), b: constant(1, 4) },
			'the embedding of "b" is 4 wide, and others are 2; all must come from one encoder',
		],
		[{ a: constant(Number.NaN) }, 'the embedding of "a" holds NaN or infinity; it was not made correctly'],
		[
			{ a: new RawTensor('float32', [1, 4096], new Uint8Array(4 * 4096)) },
			'the embedding of "a" has the shape [1, 4096], expected [1, 77, width]',
		],
		[
			{ a: new RawTensor('int64', [77, 2], new Uint8Array(8 * 154)) },
			'the embedding of "a" is int64, expected float16, float32 or bfloat16',
		],
		[
			{ a: new RawTensor('float32', [77, 0], new Uint8Array()) },
			'the embedding of "a" has the shape [77, 0], expected [1, 77, width]',
		],
		[{}, 'holds no embeddings'],
	])('is rejected in one sentence if it is wrong: %#', async (tensors, sentence) => {
		const path = fileOf('refused.pth', tensors as Record<string, RawTensor>);
		await expect(readPromptEmbeddings(path)).rejects.toThrow(new ModelError(`refused.pth: ${sentence}`));
	});

	it('is rejected if prompts share their numbers, which would be slow to read', () => {
		const { bytes } = constant(1);
		const key = (prompt: string) => `X${String.fromCharCode(prompt.length, 0, 0, 0)}${prompt}`;
		const whole = writeTensorFile(new Map([['a', constant(1)]]));
		const { 'archive/data.pkl': pickle } = unzipSync(whole);
		// The pickle stores the one tensor and recalls it for two more prompts.
		const text = Buffer.from(pickle).toString('latin1');
		const shared = text.replace(/u\.$/, `q\x09${key('b')}h\x09${key('cd')}h\x09u.`);
		const file = zipSync({ 'archive/data.pkl': Buffer.from(shared, 'latin1'), 'archive/data/0': bytes }, { level: 0 });
		expect(() => parsePromptEmbeddings(Buffer.from(file), 'x.pth')).toThrow(
			new ModelError('x.pth: its prompts share their numbers; save a copy of each, with .clone()'),
		);
	});

	it('is rejected in one sentence if it is something else', async () => {
		await expect(readPromptEmbeddings(join(scratch, 'missing.pth'))).rejects.toThrow(
			'missing.pth: is missing; download it',
		);
		await expect(readPromptEmbeddings(pipe(join(scratch, 'pipe.pth')))).rejects.toThrow('pipe.pth: is not a file');
		writeFileSync(join(scratch, 'page.pth'), '<html>not found</html>');
		await expect(readPromptEmbeddings(join(scratch, 'page.pth'))).rejects.toThrow(/^page.pth: not a safetensors file/);
	});
});
