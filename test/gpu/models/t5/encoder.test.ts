import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Device } from '../../../../gpu/device.ts';
import { ModelError } from '../../../../gpu/errors.ts';
import { roomFor } from '../../../../gpu/models/memory.ts';
import { openTextEncoder } from '../../../../gpu/models/text-encoders.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import type { Tensor } from '../../../../gpu/tensor/tensor.ts';
import { type FileTensors, loadGolden, loadTensors, relativeRms, saveTensors, toHalf } from '../safetensors-files.ts';

vi.mock(import('../../../../gpu/onnx/session.ts'), async (original) => {
	const real = await original();
	return { ...real, openSession: vi.fn(real.openSession) };
});

vi.mock(import('../../../../gpu/models/memory.ts'), async (original) => {
	const real = await original();
	return { ...real, roomFor: vi.fn(real.roomFor) };
});

const golden = loadGolden('test/fixtures/t5/golden.safetensors');
const PROMPTS = ['A photo of a   dog!!', ''];
const CLEAN = ['a photo of a dog', ''];
const device: Device = { provider: 'cpu', threads: 1 };

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 't5-encoder-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));
beforeEach(() => {
	vi.mocked(openSession).mockClear();
});

interface Changes {
	readonly config?: object;
	readonly tensors?: (tensors: FileTensors) => FileTensors;
}

/** A model directory with the fixture's encoder and tokenizer. */
function directoryWith(name: string, { config = {}, tensors = (same) => same }: Changes = {}): string {
	const directory = join(scratch, name);
	mkdirSync(join(directory, 'text_encoder'), { recursive: true });
	mkdirSync(join(directory, 'tokenizer'), { recursive: true });
	cpSync('test/fixtures/sentencepiece/spiece.model', join(directory, 'tokenizer/spiece.model'));
	const stored = JSON.parse(readFileSync('test/fixtures/t5/encoder/config.json', 'utf8'));
	writeFileSync(join(directory, 'text_encoder/config.json'), JSON.stringify({ ...stored, ...config }));
	const original = loadTensors('test/fixtures/t5/encoder/model.safetensors');
	saveTensors(join(directory, 'text_encoder/model.safetensors'), tensors(original));
	return directory;
}

const errorOf = (states: readonly Tensor[]) =>
	relativeRms(Float32Array.from(states.flatMap(({ data }) => [...data])), golden('prompt_states').data);

describe('T5 as a text encoder', () => {
	it('cleans prompts like DeepFloyd’s pipelines, and agrees with transformers', async () => {
		const encoder = await openTextEncoder(directoryWith('plain'), device);
		expect(encoder.width).toBe(32);
		const texts = CLEAN.map((prompt) => encoder.normalise(prompt));
		expect(encoder.normalise(PROMPTS[0])).toBe('a photo of a dog!!');
		const states = await Promise.all(texts.map((text) => encoder.encode(text)));
		expect(states.map(({ shape }) => shape)).toEqual([
			[77, 32],
			[77, 32],
		]);
		expect(errorOf(states)).toBeLessThan(1e-5);
		expect(encoder.tokensCut('word '.repeat(100))).toBeGreaterThan(20);
		await encoder.close();
	});

	it('is loaded at the first prompt, and then stays', async () => {
		const encoder = await openTextEncoder(directoryWith('lazy'), device);
		expect(openSession).not.toHaveBeenCalled();
		await Promise.all(CLEAN.map((text) => encoder.encode(text)));
		await encoder.encode('again');
		expect(openSession).toHaveBeenCalledOnce();
		await encoder.close();
	});

	it('runs in pieces if it cannot stay loaded, each loaded once for all waiting prompts', async () => {
		const halves = (tensors: FileTensors) => toHalf(tensors, 'F16');
		const directory = directoryWith('staged', { tensors: halves });
		const whole = await openTextEncoder(directory, device);
		const expected = await Promise.all(CLEAN.map((text) => whole.encode(text)));
		vi.mocked(openSession).mockClear();
		const staged = await openTextEncoder(directory, { ...device, memory: 'staged' });
		const states = await Promise.all(CLEAN.map((text) => staged.encode(text)));
		expect(states).toEqual(expected);
		expect(openSession).toHaveBeenCalledOnce(); // small enough for one piece, which is freed
		await staged.encode('again');
		expect(openSession).toHaveBeenCalledTimes(2);

		vi.mocked(roomFor).mockReturnValue(1); // a block at a time
		vi.mocked(openSession).mockClear();
		expect(await Promise.all(CLEAN.map((text) => staged.encode(text)))).toEqual(expected);
		expect(openSession).toHaveBeenCalledTimes(3);
	});

	it('is mapped if it must not be copied', async () => {
		const encoder = await openTextEncoder(directoryWith('mapped'), { ...device, memory: 'mmap' });
		expect(errorOf(await Promise.all(CLEAN.map((text) => encoder.encode(text))))).toBeLessThan(1e-5);
		expect(openSession).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ prefer: 'memory' }));
		await encoder.close();
	});

	it('may be a whole T5, whose decoder is ignored', async () => {
		const tensors = (own: FileTensors) => {
			const extra = own.get('encoder.final_layer_norm.weight')!;
			return new Map([...own, ['decoder.final_layer_norm.weight', extra], ['lm_head.weight', extra]]);
		};
		const encoder = await openTextEncoder(directoryWith('seq2seq', { tensors }), device);
		expect(errorOf(await Promise.all(CLEAN.map((text) => encoder.encode(text))))).toBeLessThan(1e-5);
		await encoder.close();
	});
});

describe('a wrong T5', () => {
	const name = 'encoder.block.1.layer.0.layer_norm.weight';
	it.each<[string, Changes, string]>([
		['of the first kind', { config: { feed_forward_proj: 'relu' } }, 'field "feed_forward_proj" is "relu"'],
		['with fewer layers', { config: { num_layers: 2 } }, 'encoder.block.2.layer.0.SelfAttention.k.weight" is not part'],
		[
			'without a tensor',
			{ tensors: (own) => new Map([...own].filter(([key]) => key !== name)) },
			`"${name}" is missing`,
		],
	])('is refused when opened: one %s', async (kind, changes, sentence) => {
		const opening = openTextEncoder(directoryWith(`refused ${kind}`, changes), device);
		await expect(opening).rejects.toThrow(ModelError);
		await expect(opening).rejects.toThrow(sentence);
	});

	it('is refused at the first prompt if its weights are NaN', async () => {
		const tensors = (own: FileTensors) => {
			const { bytes, ...rest } = own.get(name)!;
			const damaged = new Uint8Array(new Float32Array(bytes.length / 4).fill(Number.NaN).buffer);
			return new Map([...own, [name, { ...rest, bytes: damaged }]]);
		};
		const encoder = await openTextEncoder(directoryWith('nan', { tensors }), device);
		await expect(encoder.encode('a dog')).rejects.toThrow(
			`text_encoder/model.safetensors: tensor "${name}" holds NaN or infinity; download the file again`,
		);
	});

	it('is refused at the first prompt if it overflows', async () => {
		const tensors = (own: FileTensors) => {
			const { bytes, ...rest } = own.get(name)!;
			const huge = new Uint8Array(new Float32Array(bytes.length / 4).fill(3e38).buffer);
			return new Map([...own, [name, { ...rest, bytes: huge }]]);
		};
		const encoder = await openTextEncoder(directoryWith('huge', { tensors }), device);
		await expect(encoder.encode('a dog')).rejects.toThrow(
			/text_encoder: the network outputs NaN, though its weights hold none/,
		);
	});
});
