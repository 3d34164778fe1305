import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { classify } from '../../../gpu/pipelines/classify.ts';
import { textToImage } from '../../../gpu/pipelines/text-to-image.ts';
import { SAMPLING, toyContext } from './toy.ts';

describe('the bundled model as a judge', () => {
	const prompts = ['a photo of a dog', 'a rocket ship', 'an oil painting of a snowy mountain village'];
	let denoiser: Awaited<ReturnType<ModelLibrary['open']>>;
	beforeAll(async () => {
		denoiser = await new ModelLibrary().open('assets/models/emoji-if', { provider: 'cpu', threads: 1 });
	}, 60_000);
	afterAll(() => denoiser.close());

	it('identifies the prompts of three plain samples', { timeout: 120_000 }, async () => {
		const samples = await Promise.all(
			prompts.map((prompt) =>
				textToImage(
					{ kind: 'generate', ...SAMPLING, steps: 5, guidanceScale: 4, prompt, count: 1 },
					{ ...toyContext(), denoiser },
				),
			),
		);
		const judged = await Promise.all(
			samples.map(({ images: [{ pixels }] }) => classify(denoiser, pixels, prompts, { seed: 1 })),
		);
		const probabilities = judged.map((row, i) => row[i]); // the right prompts'; chance would be 1/3 on average
		expect(Math.min(...probabilities)).toBeGreaterThan(0.5);
	});
});
