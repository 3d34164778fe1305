import { expect, test } from 'vitest';
import { evaluationsOf } from '../../commands/evaluations.ts';
import { DIGIT_TIMESTEPS } from '../../gpu/diffusion/digit-schedule.ts';
import type { Job } from '../../gpu/jobs.ts';
import { CLASSIFIER_TIMESTEPS } from '../../gpu/pipelines/classify.ts';

test('evaluations count prompts, guidance, steps and pictures', () => {
	const sampling = { model: 'm', seed: 1, guidanceScale: 4, negativePrompt: '', sampler: 'ddpm' } as const;
	expect(evaluationsOf({ kind: 'generate', ...sampling, prompt: 'a dog', count: 3, steps: 10 })).toBe(60);
	const digits = { kind: 'digits', model: 'class', seed: 1, digits: [2, 0, 2, 6], count: 3, frames: false } as const;
	const told: Job = { ...digits, digits: [...digits.digits], guidanceScale: 5 };
	expect(evaluationsOf(told)).toBe(2 * 12 * DIGIT_TIMESTEPS);
	expect(evaluationsOf({ ...told, guidanceScale: 1 })).toBe(12 * DIGIT_TIMESTEPS);
	expect(evaluationsOf({ ...told, model: 'time' })).toBe(12 * DIGIT_TIMESTEPS);
	expect(evaluationsOf({ kind: 'generate', ...sampling, guidanceScale: 1, prompt: 'a dog', count: 1 })).toBe(34);
	expect(
		evaluationsOf({ kind: 'anagram', ...sampling, prompts: ['a', 'b'], views: ['flip'], tries: 2, steps: 5 }),
	).toBe(40 + 2 * 4 * CLASSIFIER_TIMESTEPS.length);
	expect(evaluationsOf({ kind: 'anagram', ...sampling, prompts: ['a', 'b'], views: ['flip'], steps: 5 })).toBe(20);
});
