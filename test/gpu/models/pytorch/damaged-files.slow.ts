import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { RawTensor, readTensorFile } from '../../../../gpu/models/pytorch/tensor-file.ts';

test('of 10,000 damaged files, each is read or rejected', () => {
	const originals = ['embeddings', 'mixed'].map((name) => readFileSync(`test/fixtures/pytorch/${name}.pth`));
	const random = randomFrom(1);
	const refusals = new Set<string>();
	for (let i = 0; i < 10_000; i++) {
		const damaged = damage(originals[i % 2], random);
		try {
			for (const tensor of readTensorFile(damaged, 'x.pth').values()) expect(tensor).toBeInstanceOf(RawTensor);
		} catch (error) {
			expect(error).toBeInstanceOf(ModelError);
			refusals.add((error as Error).message.replace(/".*"|0x\w+|\d+|data\/\S+/g, '…'));
		}
	}
	expect(refusals.size).toBeGreaterThan(10); // the damage reached every part of the reader
});

/** Changes, removes or repeats a few bytes, half of the time near the beginning, where the pickle is. */
function damage(original: Uint8Array, random: (below: number) => number): Uint8Array {
	let bytes = Buffer.from(original);
	for (let change = random(4); change >= 0; change--) {
		const at = random(random(2) ? Math.min(1500, bytes.length) : bytes.length);
		const kind = random(4);
		if (kind < 2) bytes[at] = random(256);
		else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(20))]);
		else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - random(20)))]);
	}
	return bytes;
}

/** Mulberry32, for the same damage on every machine. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	};
}
