import { expect, it } from 'vitest';
import { parsePromptEmbeddings } from '../../../../gpu/models/embeddings/dictionary.ts';
import { embeddingsEncoder } from '../../../../gpu/models/embeddings/encoder.ts';
import type { TextEncoder } from '../../../../gpu/models/text-encoder.ts';
import { tensor } from '../../../../gpu/tensor/tensor.ts';
import { embeddingsOf } from '../../../fakes/embeddings.ts';

const WIDTH = 2;
const CAR = 'a photo of a car';
const CAT = 'a photo of a cat';

const file = (prompt: string, value: number) =>
	parsePromptEmbeddings(Buffer.from(embeddingsOf([prompt], { width: WIDTH, value })), 'a file');

/** An encoder that encodes every prompt the same. */
const reader = (value: number): TextEncoder => ({
	width: WIDTH,
	normalise: (prompt) => prompt.toLowerCase(),
	encode: async () => tensor(new Float32Array(77 * WIDTH).fill(value), [77, WIDTH]),
	tokensCut: () => 0,
	close: async () => {},
});

const read = async (encoder: TextEncoder, prompt: string) => (await encoder.encode(encoder.normalise(prompt))).data[0];

it('corrects a typo only if nothing else has the prompt as typed', async () => {
	const files = embeddingsEncoder(WIDTH, [file(CAR, 1), file(CAT, 2)]);
	expect(await read(files, CAT)).toBe(2);
	const own = embeddingsEncoder(WIDTH, [file(CAT, 2)]);
	const brought = embeddingsEncoder(WIDTH, [file(CAR, 1)], own);
	expect([await read(brought, CAT), await read(brought, 'A photo of a  CAR')]).toEqual([2, 1]);
});

it('says how it reads a misspelled prompt', async () => {
	const encoder = embeddingsEncoder(WIDTH, [file('the amalfi cost', 1)]);
	expect(await read(encoder, 'The Amalfi coast')).toBe(1);
	expect(encoder.readAs?.('The Amalfi coast')).toBe('the amalfi cost');
	expect(encoder.readAs?.('The  AMALFI cost')).toBeUndefined();
	expect(encoder.readAs?.('a dog')).toBeUndefined();
	await expect(read(embeddingsEncoder(WIDTH, [file(CAR, 1)]), CAT)).rejects.toThrow(`the nearest: “${CAR}”`);
	expect(
		embeddingsEncoder(WIDTH, [file('the amalfi cost', 1)], reader(3)).readAs?.('the amalfi coast'),
	).toBeUndefined();
});

it('leaves prompts that the files do not have exactly to a text encoder', async () => {
	const encoder = embeddingsEncoder(WIDTH, [file(CAR, 1)], reader(3));
	expect([await read(encoder, 'A photo of a  CAR'), await read(encoder, CAT)]).toEqual([1, 3]);
});
