/** How pictures that are not square are made so: the option, what it does to jobs, and what is said of it. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { jobSchema } from '../../gpu/jobs/index.ts';
import { bands } from '../fakes/fake-runner.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from './typed.ts';

const LINES = [
	'edit tower.png --start 5',
	'noise tower.png',
	'denoise tower.png',
	'denoise tower.png --method blur',
	'inpaint tower.png --region 0,0,.5,1 --size model',
	'inpaint tower.png --mask mask.png',
	'hybrid "a skull" --reference tower.png',
	'upscale tower.png',
] as const;

describe.each(LINES)('%s', (line) => {
	test('crops where nothing else is said, as jobs did that know no fit', async () => {
		expect(await jobTyped(line)).not.toHaveProperty('fit');
		expect(await jobTyped(`${line} --fit crop`)).not.toHaveProperty('fit');
	});

	test.each(['squash', 'pad'])('has its job say %s, as plain data', async (fit) => {
		const job = await jobTyped(`${line} --fit ${fit}`);
		expect(job).toMatchObject({ fit });
		expect(jobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
	});

	test('names the fit among what makes it again', async () => {
		const blobs = memoryBlobs();
		const blob = await blobs.put(await bands(3, 1));
		const roles = line.startsWith('denoise') ? ['original', 'noisy', 'blurred', 'iterative'] : [undefined, 'noisy'];
		const images = roles.map((role) => ({ blob, width: 32, height: 32, seed: 77, t: 500, ...(role && { role }) }));
		const { text } = await runTyped(`${line} --fit squash`, async () => ({ images, notes: [] }), blobs);
		expect(text).toMatch(/model fake-\w+, fit squash\.$/);
	});
});

test('every command that takes a picture for the model has the option, in the same words', () => {
	const takers = commands.filter(({ name, options }) => {
		const takesPicture = Object.values(options).some(({ kind }) => kind === 'image');
		// Digits are centred by their ink, and /course squashes as the notebook does.
		return takesPicture && !name.startsWith('mnist') && name !== 'course';
	});
	expect(takers.map(({ name }) => name)).toEqual(['edit', 'noise', 'denoise', 'inpaint', 'hybrid', 'upscale']);
	for (const { options } of takers) {
		expect(options.fit).toMatchObject({ kind: 'choice', choices: ['crop', 'squash', 'pad'], default: 'crop' });
	}
});

test('what is no fit is answered with those there are', async () => {
	await expect(jobTyped('edit a.png --fit sqash')).rejects.toThrow(
		'fit must be one of crop, squash, pad; got "sqash" (did you mean "squash"?).',
	);
});
