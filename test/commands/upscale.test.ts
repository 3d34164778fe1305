import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { upscale } from '../../commands/upscale.ts';
import { type JobOf, UserError } from '../../gpu/jobs/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { drawFilm } from '../fakes/draw-film.ts';
import { jobTyped, runTyped } from './typed.ts';

const SIDE = 256;

/** A blob store with one picture, white above and black below. */
const blobs: BlobStore = {
	put: async () => 'c'.repeat(64),
	remove: () => Promise.reject(new Error('nothing is stored here')),
	get: async () => {
		const white = { create: { width: SIDE, height: SIDE / 2, channels: 3, background: 'white' } } as const;
		return sharp(white)
			.extend({ bottom: SIDE / 2, background: 'black' })
			.png()
			.toBuffer();
	},
};

const image = { blob: 'b'.repeat(64), width: SIDE, height: SIDE, seed: 77 };
const made = { images: [image], notes: ['Mind the gap.'] };
const reply = (line: string) => runTyped(line, async () => made, blobs);

describe('the job', () => {
	test('has a picture and a prompt, without quotes', async () => {
		expect(await jobTyped('upscale dog.png a photo of a dog')).toMatchObject({
			kind: 'upscale',
			model: 'fake-upscaler',
			guidanceScale: 7,
			prompts: ['a photo of a dog'],
			noiseLevel: 250,
			through: { kind: 'views', views: [] },
			sampler: 'ddpm',
		});
		expect(await jobTyped('upscale dog.png')).toMatchObject({ prompts: ['a high quality photo'] });
	});

	test('has less noise on the small picture for an anagram', async () => {
		expect(await jobTyped('upscale a.png man --prompt2 fire --view negate')).toMatchObject({
			prompts: ['man', 'fire'],
			noiseLevel: 50,
			through: { kind: 'views', views: ['negate'] },
		});
		expect(await jobTyped('upscale a.png man --prompt2 fire --view flip --noise 9')).toMatchObject({ noiseLevel: 9 });
	});

	test('has components for a hybrid', async () => {
		const line = 'upscale a.png skull --prompt2 falls --kind frequency --sigma 3 --kernel 25';
		expect(await jobTyped(line)).toMatchObject({
			prompts: ['skull', 'falls'],
			through: { kind: 'components', decomposition: 'frequency', sigma: 3, kernel: 25 },
		});
	});
});

describe('one clear sentence rejects', () => {
	test.each([
		['', /^\/upscale needs image/],
		['dog.png --noise 1000', /^noise must be a whole number from 0 to 999/],
		['dog.png --model fake-if', /^model must be .*got "fake-if", a stage 1 model; installed: fake-upscaler/],
		['dog.png --prompt2 b', /^With several prompts, also give the view of the anagram or the kind of the hybrid/],
		['dog.png a --view flip', /^The view flip needs a prompt of its own; give it as prompt2/],
		['dog.png a --prompt2 b --prompt3 c --view flip', /^3 prompts need 2 views/],
		['dog.png a --prompt2 b --view flip --kind color', /^Give view for an anagram or kind for a hybrid, not both/],
		['dog.png a --kind color', /needs 2 prompts \(grey, color\), not 1/],
		['dog.png a --sigma 2', /^sigma and kernel are for a hybrid/],
		['dog.png a --prompt2 b --kind frequency --kernel 8', /^kernel must be an odd whole number/],
		['dog.png a --prompt2 b --kind color --sigma 2', /has no sigma/],
	])('%s', async (words, sentence) => {
		const attempt = jobTyped(`upscale ${words}`);
		await expect(attempt).rejects.toThrow(UserError);
		await expect(attempt).rejects.toThrow(sentence);
	});
});

describe('the reply', () => {
	test('shows the picture at its own size and says how it was made', async () => {
		const { text, figures, buttons } = await reply('upscale dog.png a dog');
		expect(text).toMatch(/^dog\.png four times as large; “a dog”: noise level 250, seed 77, .* Mind the gap\.$/);
		expect(figures).toMatchObject([{ filename: 'upscale-77.png', width: SIDE, height: SIDE }]);
		expect(figures[0].alt).toMatch(/^dog\.png four times as large; it should show “a dog”\. noise level 250, seed 77/);
		expect(buttons).toBeUndefined();
	});

	test('flips an anagram, reading by reading', async () => {
		const line = 'upscale a.png man --prompt2 fire --view flip';
		const upright = await reply(line);
		expect(upright.text).toContain('upright “man”, through the view flip “fire”');
		expect(upright.buttons).toEqual([{ action: 'flip', label: 'Flip', index: 1 }]);
		const job = (await jobTyped(line)) as JobOf<'upscale'>;
		const options = { image: { blob: job.image, name: 'a.png' } };
		const flipped = await upscale.actions!.flip({ job, result: made, options, blobs, film: drawFilm, index: 1 });
		if ('command' in flipped) throw new Error('expected a reply');
		expect(flipped.text).toMatch(/^a\.png four times as large, seen through the view flip;/);
		expect(flipped.buttons).toEqual([{ action: 'flip', label: 'Flip', index: 0 }]);
		expect(flipped.figures[0].filename).toBe('upscale-77-flip.png');
		const firstByte = async (bytes: Uint8Array) => (await sharp(bytes).raw().toBuffer())[0];
		expect(await firstByte(upright.figures[0].bytes)).toBe(255);
		expect(await firstByte(flipped.figures[0].bytes)).toBe(0);
	});

	test('names the components of a hybrid', async () => {
		const { text, buttons } = await reply('upscale a.png skull --prompt2 falls --kind frequency');
		expect(text).toContain('from afar “skull”, close up “falls”');
		expect(buttons).toBeUndefined();
	});
});
