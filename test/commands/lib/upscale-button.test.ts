import { expect, test } from 'vitest';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { parseOptions } from '../../../commands/lib/parse-options.ts';
import { upscaleAction, upscaleButton } from '../../../commands/lib/upscale-button.ts';
import { upscale } from '../../../commands/upscale.ts';
import { type Job, type JobOf, UserError } from '../../../gpu/jobs/index.ts';
import { drawFilm } from '../../fakes/draw-film.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';

const sampling = { model: 'fake-if', seed: 5, guidanceScale: 4, negativePrompt: '', sampler: 'ddpm' } as const;
const images = [5, 6].map((seed) => ({ blob: String(seed).repeat(64), width: 64, height: 64, seed }));
const blobs = { get: async () => new Uint8Array(), put: async () => '', remove: async () => {} };

/** The request that the button below the second picture leads to, as /upscale understands it. */
async function pressed(job: Job) {
	const { index = 0 } = upscaleButton(1);
	const asked = await upscaleAction.upscale({
		job,
		result: { images, notes: [] },
		options: {},
		blobs,
		film: drawFilm,
		index,
	});
	expect(asked.command).toBe(upscale.name);
	const surroundings = { models: { usable: FAKE_MODELS, damaged: [] }, drawSeed: () => 77 };
	return parseOptions(asked.command, upscale.options, asked.options as RawOptions, surroundings);
}

test('upscales the picture above it, with its prompt and seed', async () => {
	const job: JobOf<'generate'> = { kind: 'generate', ...sampling, prompt: 'a dog', count: 2, negativePrompt: 'a cat' };
	expect(await pressed(job)).toMatchObject({
		image: { blob: '6'.repeat(64), name: 'generate-6.png' },
		prompt: 'a dog',
		seed: 6,
		negative: 'a cat',
		view: [],
		kind: 'none',
		model: { name: 'fake-upscaler' },
	});
});

test('rejects an index beyond the last picture', async () => {
	const job: JobOf<'generate'> = { kind: 'generate', ...sampling, prompt: 'a dog', count: 2 };
	const press = upscaleAction.upscale({
		job,
		result: { images, notes: [] },
		options: {},
		blobs,
		film: drawFilm,
		index: 2,
	});
	await expect(press).rejects.toThrow(new UserError('There is no picture 3; press a button below the message.'));
});

test('upscales an anagram through its views', async () => {
	const prompts = ['a man', 'a fire', 'a dog'];
	const job: JobOf<'anagram'> = { kind: 'anagram', ...sampling, prompts, views: ['flip', 'negate'] };
	expect(await pressed(job)).toMatchObject({
		prompt: 'a man',
		prompt2: 'a fire',
		prompt3: 'a dog',
		view: ['flip', 'negate'],
	});
});

test('upscales a hybrid with its filter', async () => {
	const hybrid = { kind: 'hybrid', ...sampling, decomposition: 'frequency', sigma: 3 } as const;
	const expected = { prompt: 'a skull', prompt2: 'falls', kind: 'frequency', sigma: 3, kernel: undefined };
	expect(await pressed({ ...hybrid, prompts: ['a skull', 'falls'] })).toMatchObject(expected);
});

test('uses the standard prompt for the component that came from a picture', async () => {
	const job: JobOf<'hybrid'> = {
		kind: 'hybrid',
		...sampling,
		decomposition: 'color',
		prompts: ['a skull'],
		reference: '0'.repeat(64),
	};
	expect(await pressed(job)).toMatchObject({ prompt: 'a high quality photo', prompt2: 'a skull', kind: 'color' });
});
