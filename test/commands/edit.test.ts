import { expect, test } from 'vitest';
import type { JobImage } from '../../gpu/jobs/index.ts';
import { bands } from '../fakes/fake-runner.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { runTyped } from './typed.ts';

test.each([
	['--start 3,5', 2, 'start 3, 5, seed 3'],
	['--start 3 --count 2', 2, 'start 3, 2 pictures, seed 3'],
	['--start 3,5 --count 2', 4, 'start 3, 5, 2 each, seed 3'],
])('/edit %s says how many pictures it makes', async (options, count, said) => {
	const blobs = memoryBlobs();
	const made: JobImage = { blob: await blobs.put(await bands(3, 1)), width: 32, height: 32, seed: 3, t: 90 };
	const images = Array.from({ length: count }, () => made);
	const line = `edit tower.png a dog --seed 3 ${options}`;
	const { text } = await runTyped(line, async () => ({ images, notes: [] }), blobs);
	expect(text).toContain(`tower.png as “a dog”: ${said}, `);
});
