/** The option `fit`, which makes pictures square: its effect on jobs and on messages. */
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
	test('crops by default, like jobs without a fit', async () => {
		expect(await jobTyped(line)).not.toHaveProperty('fit');
		expect(await jobTyped(`${line} --fit crop`)).not.toHaveProperty('fit');
	});

	test.each(['squash', 'pad'])('passes %s to the job as plain data', async (fit) => {
		const job = await jobTyped(`${line} --fit ${fit}`);
		expect(job).toMatchObject({ fit });
		expect(jobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
	});

	test('names the fit in the settings of its result', async () => {
		const blobs = memoryBlobs();
		const blob = await blobs.put(await bands(3, 1));
		const roles = line.startsWith('denoise') ? ['original', 'noisy', 'blurred', 'iterative'] : [undefined, 'noisy'];
		const images = roles.map((role) => ({ blob, width: 32, height: 32, seed: 77, t: 500, ...(role && { role }) }));
		const { text } = await runTyped(`${line} --fit squash`, async () => ({ images, notes: [] }), blobs);
		expect(text).toMatch(
			/model fake-\w+,( stage II by fake-upscaler from noise level \d+ with guidance 7,)? fit squash\./,
		);
	});
});

test('every command with a picture for the model has the option', () => {
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

test('an unknown fit is rejected with a list of fits', async () => {
	await expect(jobTyped('edit a.png --fit sqash')).rejects.toThrow(
		'fit must be one of crop, squash, pad; got "sqash" (did you mean "squash"?).',
	);
});
