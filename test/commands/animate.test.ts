import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type Job, seedOf } from '../../gpu/jobs/index.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { storePicture } from './figures/store-picture.ts';
import { runTyped } from './typed.ts';

test.each([
	[
		'anagram "an old man" "a campfire" --animate',
		/^anagram-77\.gif$/,
		/upright “an old man”, through the view flip “a campfire”, and back\. seed 77/,
	],
	[
		'hybrid "a skull" "a waterfall" --animate',
		/^hybrid-77\.gif$/,
		/frequency that moves.*from afar “a skull”.*sigma 2.*seed 77/,
	],
])('/%s adds a moving picture to the still one', async (line, filename, alt) => {
	const blobs = memoryBlobs();
	// Smaller pictures would be enlarged, and films of those take several times as long to draw.
	const image = await storePicture(blobs, 162, (x, y) => [x, y, 40]);
	const { figures, buttons } = await runTyped(
		line,
		async (job: Job) => ({ images: [{ ...image, seed: seedOf(job)! }], notes: [] }),
		blobs,
	);
	expect(figures.map(({ type }) => type)).toEqual(['image/png', 'image/gif']);
	const [, moving] = figures;
	expect(moving.filename).toMatch(filename);
	expect(moving.alt).toMatch(alt);
	expect((await sharp(moving.bytes, { pages: -1 }).metadata()).pages).toBeGreaterThan(20);
	expect(buttons?.map(({ label }) => label)).toContain('Animate');
});
