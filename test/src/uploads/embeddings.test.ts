import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { RawTensor } from '../../../gpu/models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../../gpu/models/pytorch/write-tensor-file.ts';
import { readEmbeddings } from '../../../src/uploads/embeddings.ts';
import { ingest } from '../../../src/uploads/ingest.ts';
import { MAX_UPLOAD_BYTES } from '../../../src/uploads/limits.ts';
import { embeddingsOf } from '../../fakes/embeddings.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { sketch } from '../../fakes/pictures.ts';

describe('a file of prompt embeddings', () => {
	test('has prompts and a width', async () => {
		const course = readFileSync('test/fixtures/pytorch/embeddings.pth');
		expect(await readEmbeddings(course, 'course.pth')).toEqual({
			width: 8,
			prompts: [
				'',
				'a high quality photo',
				'an oil painting of a snowy mountain village',
				'a photo of the amalfi cost',
				'café 🙂',
			],
		});
	});

	test('that several wait for is still read if one leaves', async () => {
		const bytes = embeddingsOf(['a fox'], { width: 2 });
		const leaving = new AbortController();
		const left = ingest('embeddings', memoryBlobs(), bytes, 'fox.pth', leaving.signal);
		const waiting = ingest('embeddings', memoryBlobs(), bytes, 'fox.pth');
		leaving.abort(new Error('gone'));
		await expect(left).rejects.toThrow('gone');
		expect((await waiting).name).toBe('fox.pth');
	});

	test('is stored as it is', async () => {
		const blobs = memoryBlobs();
		const bytes = embeddingsOf(['', 'a dog'], { width: 2 });
		const { blob, name } = await ingest('embeddings', blobs, bytes, 'dogs.pth');
		expect(name).toBe('dogs.pth');
		expect(await blobs.get(blob)).toEqual(bytes);
	});
});

describe('one sentence rejects', () => {
	const refusal = async (bytes: Uint8Array, name: string) => {
		const error = await ingest('embeddings', memoryBlobs(), bytes, name).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(UserError);
		const { message } = error as UserError;
		expect(message).toMatch(/^[^\n]+\.$/);
		return message;
	};
	const fixture = (name: string) => readFileSync(`test/fixtures/pytorch/refused-${name}.pth`);

	test('a picture or any other file', async () => {
		const wanted = 'send a .pth or .safetensors file of prompt embeddings, as the course hands out.';
		const { bytes } = await sketch();
		expect(await refusal(bytes, 'sketch.png')).toBe(`sketch.png is not a file of prompt embeddings; ${wanted}`);
		expect(await refusal(Buffer.from('hello, I am a text'), 'a.pth')).toBe(
			`a.pth is not a file of prompt embeddings; ${wanted}`,
		);
		expect(await refusal(Buffer.from('PK but no zip'), 'pk.pth')).toMatch(/^pk.pth is not a file of prompt embeddings/);
		expect(await refusal(new Uint8Array(), 'empty.pth')).toBe(`empty.pth is empty; ${wanted}`);
	});

	test('a tensor file with other contents', async () => {
		expect(await refusal(zipSync({ 'word/document.xml': Buffer.from('x') }, { level: 0 }), 'a.docx')).toBe(
			'a.docx: is a zip without data.pkl, so torch.save did not write it.',
		);
		expect(await refusal(fixture('old'), 'old.pth')).toMatch(/^old.pth: is in the format of PyTorch before 1.6; load/);
		const weights = new Map([['conv.weight', new RawTensor('float32', [4], new Uint8Array(16))]]);
		expect(await refusal(writeTensorFile(weights), 'weights.pth')).toMatch(
			/^weights.pth: the embedding of "conv.weight" has the shape \[4\], expected \[1, 77, width\]\.$/,
		);
	});

	test('a pickle that would run something', async () => {
		expect(await refusal(fixture('evil'), 'evil.pth')).toBe(
			'evil.pth: data.pkl asks for "__builtin__.eval", which no tensor needs.',
		);
	});

	test('a file that would take all memory', async () => {
		// Dictionaries of one byte each.
		const pickle = Buffer.alloc(10_000_000, '}');
		expect(await refusal(zipSync({ 'a/data.pkl': pickle }, { level: 0 }), 'bomb.pth')).toBe(
			'bomb.pth: data.pkl has more than 200,000 instructions, enough for 4,000 tensors; save fewer in a file.',
		);
	});

	test('a damaged file', async () => {
		const whole = embeddingsOf(['a dog'], { width: 2 });
		expect(await refusal(whole.subarray(0, 500), 'half.pth')).toBe(
			'half.pth: is damaged or cut off, its zip cannot be read; fetch it again.',
		);
	});

	test('a file that is too large, too many prompts, and a prompt that cannot be typed', async () => {
		expect(await refusal(new Uint8Array(MAX_UPLOAD_BYTES + 1), 'huge.pth')).toMatch(
			/^huge.pth has 10.0 MiB; files may/,
		);
		const many = Array.from({ length: 501 }, (_, i) => `prompt ${i}`);
		expect(await refusal(embeddingsOf(many, { width: 1 }), 'many.pth')).toBe(
			'many.pth holds 501 prompts; a file may have at most 500.',
		);
		expect(await refusal(embeddingsOf(['x'.repeat(1001)], { width: 1 }), 'long.pth')).toBe(
			'long.pth has a prompt of 1001 characters; a prompt may have at most 1000.',
		);
	});
});
