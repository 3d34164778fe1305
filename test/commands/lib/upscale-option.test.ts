import { describe, expect, test } from 'vitest';
import type { Job, JobResult } from '../../../gpu/jobs/index.ts';
import { bands, FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from '../typed.ts';

const upscaler = { model: 'fake-upscaler', guidanceScale: 7, noiseLevel: 250 };

describe('--upscale', () => {
	test.each([
		['generate a dog', upscaler],
		['edit a.png a dog', { ...upscaler, strength: 0.8 }],
		['anagram "a dog" "a cat"', { ...upscaler, noiseLevel: 50 }],
		['hybrid "a dog" "a cat"', { ...upscaler, noiseLevel: 50 }],
		['hybrid "a dog" --reference a.png', { ...upscaler, noiseLevel: 50 }],
		['inpaint a.png a dog --region 0,0,1,.5 --size model', { ...upscaler, noiseLevel: 0 }],
		['generate a dog --steps 12', { ...upscaler, steps: 12 }],
		['generate a dog --timesteps smart50', { ...upscaler, timesteps: 'smart50' }],
	])('names the stage II model for: %s', async (line, expected) => {
		expect(await jobTyped(`${line} --upscale`)).toHaveProperty('upscaler', expected);
		expect(await jobTyped(line)).not.toHaveProperty('upscaler');
	});

	test('takes the stage II model that goes with stage I, and no other', async () => {
		const [, , first] = FAKE_MODELS;
		const narrow = { ...first, name: 'of-other-width', textWidth: first.textWidth + 1 };
		const others = [...FAKE_MODELS.slice(0, 2), { ...first, name: 'too-large', sampleSize: 1024 }, narrow];
		await expect(jobTyped('generate a dog --upscale', { usable: others })).rejects.toThrow(
			/^upscale needs a stage II model that goes with fake-if, and none is installed/,
		);
		expect(await jobTyped('generate a dog --upscale', { usable: [...others, first] })).toMatchObject({ upscaler });
	});

	test('says what is missing where there is no stage II model', async () => {
		const usable = FAKE_MODELS.filter(({ stage }) => stage === 1);
		await expect(jobTyped('generate a dog --upscale', { usable })).rejects.toThrow(/^upscale needs a stage II model/);
	});

	test.each([
		['generate a dog', 1, ['vary', 'upscale']],
		['generate a dog --upscale', 1, ['vary']],
		['anagram "a dog" "a cat"', 1, ['flip', 'upscale', 'animate']],
		['anagram "a dog" "a cat" --upscale', 1, ['flip', 'animate']],
		['hybrid "a dog" "a cat" --upscale', 1, ['animate']],
	])('leaves no Upscale button below what is upscaled: %s', async (line, count, wanted) => {
		const blobs = memoryBlobs();
		const blob = await blobs.put(await bands(1, 1));
		const images = Array.from({ length: count }, (_, i) => ({ blob, width: 32, height: 32, seed: 77 + i }));
		const perform = async (_job: Job): Promise<JobResult> => ({ images, notes: [] });
		const { buttons = [], text } = await runTyped(line, perform, blobs);
		const actions = buttons.map(({ action }) => action);
		expect(actions).toEqual(wanted.filter((action) => action !== 'vary'));
		expect(text.includes('stage II by fake-upscaler from noise level')).toBe(line.includes('--upscale'));
	});
});
