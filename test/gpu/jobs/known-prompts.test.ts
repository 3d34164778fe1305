import { describe, expect, it } from 'vitest';
import { type Job, mayBringEmbeddings, promptFinder, promptsOf } from '../../../gpu/jobs/index.ts';
import { nearestPrompts } from '../../../gpu/jobs/known-prompts.ts';

describe('a known prompt', () => {
	const finder = promptFinder(['', 'A Cat', 'a photo of the amalfi cost', 'a photo of a man', 'a photo of a men']);
	const find = (prompt: string) => finder(prompt, true);

	it('is found regardless of case and spaces', () => {
		expect([find('  '), find('a  cat\n'), find('A PHOTO of the amalfi cost')]).toEqual([
			'',
			'A Cat',
			'a photo of the amalfi cost',
		]);
	});

	it('is found with one typo in a long word, if no other is as close', () => {
		expect(find('a photo of the amalfi coast')).toBe('a photo of the amalfi cost');
		expect(find('a photo of the amalfy coast')).toBeUndefined();
		expect(find('a car')).toBeUndefined();
		expect(find('a photo of a mxn')).toBeUndefined();
		expect(find('a photo of a man')).toBe('a photo of a man');
		expect(promptFinder(['a photo of a car'])('a photo of a cat', true)).toBeUndefined();
		expect(promptFinder(['a photo of a man'])('a photo of a man x', true)).toBeUndefined();
		expect(promptFinder(['a zebra', 'a zebrb'])('a zebrc', true)).toBeUndefined();
	});

	it('is not found with a typo if a text encoder can read the prompt', () => {
		expect(finder('a photo of the amalfi coast', false)).toBeUndefined();
		expect(finder('A photo of the  amalfi cost', false)).toBe('a photo of the amalfi cost');
	});
});

describe('the nearest known prompts', () => {
	const KNOWN = ['', 'a photo of the amalfi cost', 'a photo of a man', 'a pencil', 'A Pencil'];

	it('share the most words, then the most letters', () => {
		expect(nearestPrompts('amalfi', KNOWN, 3)).toEqual(['a photo of the amalfi cost', 'A Pencil', 'a photo of a man']);
		expect(nearestPrompts('the amalfy coast', KNOWN, 1)).toEqual(['a photo of the amalfi cost']);
		expect(nearestPrompts('a photo of a woman', KNOWN, 2)).toEqual(['a photo of a man', 'a photo of the amalfi cost']);
	});
});

describe('a job that may bring embeddings', () => {
	const sampling = { model: 'toy', seed: 1, guidanceScale: 3, negativePrompt: 'rain', sampler: 'ddpm' } as const;
	const generate: Job = { kind: 'generate', ...sampling, prompt: 'sky', count: 1 };
	const anagram: Job = { kind: 'anagram', ...sampling, prompts: ['sky', 'sea'], views: ['flip'] };

	it('samples, and has prompts that guide it', () => {
		expect([generate, anagram].map((job) => mayBringEmbeddings(job) && promptsOf(job))).toEqual([
			['sky', 'rain'],
			['sky', 'sea', 'rain'],
		]);
	});

	it('is not one without prompts, nor one that makes embeddings', () => {
		const noise: Job = { kind: 'noise', model: 'toy', seed: 1, image: 'a'.repeat(64), levels: [250] };
		const embed: Job = { kind: 'embed', model: 'toy', prompts: ['sky'] };
		expect([noise, embed].map(mayBringEmbeddings)).toEqual([false, false]);
	});
});
