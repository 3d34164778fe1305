import { describe, expect, test } from 'vitest';
import { UserError } from '../../gpu/jobs/index.ts';
import { bands } from '../fakes/fake-runner.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from './typed.ts';

const PICTURE = 'a'.repeat(64);

describe('the job of /inpaint', () => {
	test('has a mask and the course’s rule', async () => {
		expect(await jobTyped('inpaint photo.png a man wearing a hat --mask mask.png')).toMatchObject({
			kind: 'inpaint',
			image: PICTURE,
			prompt: 'a man wearing a hat',
			area: { by: 'mask', mask: PICTURE },
			rule: 'course',
			feather: 2,
			count: 1,
			sampler: 'course',
			seed: 77,
		});
	});

	test('has a region in fractions', async () => {
		const job = await jobTyped('inpaint photo.png --region 0.25,0,.5,0.4 --feather 2.5 --count 3');
		expect(job).toMatchObject({ area: { by: 'region', region: [0.25, 0, 0.5, 0.4] }, feather: 2.5, count: 3 });
	});

	test('redraws the transparent area by default', async () => {
		expect(await jobTyped('inpaint photo.png')).toMatchObject({
			feather: 0,
			area: { by: 'transparency' },
			prompt: 'a high quality photo',
		});
	});

	test('is for the whole picture, or the middle square at the model’s size', async () => {
		const line = 'inpaint photo.png --region 0,0,.5,1';
		expect(await jobTyped(line)).toMatchObject({ whole: true, feather: 2 });
		const small = await jobTyped(`${line} --size model`);
		expect(small).not.toHaveProperty('whole');
		expect(small).toMatchObject({ feather: 0 });
	});

	test('uses stage II for areas larger than the model’s pictures, unless told to enlarge plainly', async () => {
		const line = 'inpaint photo.png --region 0,0,.5,1';
		const upscaler = { model: 'fake-upscaler', guidanceScale: 7, noiseLevel: 0 };
		expect(await jobTyped(line)).toHaveProperty('upscaler', upscaler);
		expect(await jobTyped(`${line} --enlarge plain`)).not.toHaveProperty('upscaler');
		expect(await jobTyped(`${line} --size model`)).not.toHaveProperty('upscaler');
	});

	test('starts from what is under the mask at a strength below 1, in both stages', async () => {
		const line = 'inpaint photo.png --region 0,0,.5,1';
		for (const whole of [line, `${line} --strength 1`]) expect(await jobTyped(whole)).not.toHaveProperty('strength');
		const upscaler = { model: 'fake-upscaler', guidanceScale: 7, noiseLevel: 0, strength: 0.8 };
		const job = { strength: 0.6, upscaler };
		expect(await jobTyped(`${line} --strength .6`)).toMatchObject(job);
		expect(await jobTyped(`${line} --strength .6 --size model --upscale`)).toMatchObject(job);
		expect(await jobTyped(`${line} --strength 0`)).toMatchObject({ strength: 0 });
	});

	test('resamples as in the paper by default', async () => {
		const line = 'inpaint photo.png --region 0,0,.5,1 --rule repaint';
		expect(await jobTyped(line)).toMatchObject({ rule: 'repaint', jumpLength: 10, resamples: 10 });
		expect(await jobTyped(`${line} --jump 5 --resamples 4`)).toMatchObject({ jumpLength: 5, resamples: 4 });
	});
});

describe('/inpaint rejects in one sentence', () => {
	test.each([
		['inpaint', /^\/inpaint needs image/],
		['inpaint photo.png --mask mask.png --region 0,0,.5,1', /^Give a mask or a region, not both\.$/],
		['inpaint photo.png --region 0,0,1', /^region must be 4 numbers from 0 to 1/],
		['inpaint photo.png --region 0,0,1,2', /^region must be 4 numbers from 0 to 1/],
		['inpaint photo.png --rule blur', /^rule must be one of course, repaint, clean/],
		['inpaint photo.png --region 0,0,.5,1 --size 512', /^size must be one of picture, model/],
		[
			'inpaint photo.png --jump 5',
			/^jump would have no effect: it applies only with rule repaint and resamples above 1\.$/,
		],
		['inpaint photo.png --feather 17', /^feather must be a number from 0 to 16/],
		['inpaint photo.png --strength 1.01', /^strength must be a number from 0 to 1/],
		['inpaint photo.png --strength -0.1', /^strength must be a number from 0 to 1/],
		['inpaint photo.png --rule repaint --resamples 21', /^resamples must be a whole number from 1 to 20/],
		['inpaint photo.png --count 10', /^count must be/],
	])('%s', async (line, sentence) => {
		await expect(jobTyped(line)).rejects.toThrow(UserError);
		await expect(jobTyped(line)).rejects.toThrow(sentence);
	});
});

test('a result says its strength', async () => {
	const blobs = memoryBlobs();
	const images = [{ blob: await blobs.put(await bands(3, 1)), width: 32, height: 32, seed: 3 }];
	const { text } = await runTyped(
		'inpaint photo.png --region 0,0,.5,1 --strength .6',
		async () => ({ images, notes: [] }),
		blobs,
	);
	expect(text).toContain('rule course, strength 0.6, feather 2, seed');
});

test('the course’s sheet has original, mask and hole above the results', async () => {
	const blobs = memoryBlobs();
	const stored = { blob: await blobs.put(await bands(3, 1)), width: 32, height: 32, seed: 3 };
	const images = [
		{ ...stored },
		{ ...stored, seed: 4 },
		...['original', 'mask', 'hole to fill'].map((role) => ({ ...stored, role })),
	];
	const line = 'inpaint photo.png --region 0,0,.5,1 --size model --count 2 --seed 3';
	const { figures } = await runTyped(line, async () => ({ images, notes: [] }), blobs);
	expect(figures[0].alt).toContain('Row 1: original; mask; hole to fill. Row 2: seed 3; seed 4.');
});
