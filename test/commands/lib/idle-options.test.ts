/** Checks how an option that makes no difference to the picture is rejected; idle-options.slow.ts checks that each is. */
import { expect, test } from 'vitest';
import { refusalOf } from '../typed.ts';

test.each([
	[
		'denoise a.png sky --method blur',
		'prompt would have no effect: it applies only with method compare, one-step, or iterative.',
	],
	[
		'denoise a.png --method blur --sampler ddim --eta 0.5',
		'sampler and eta would have no effect: they apply only with method compare or iterative.',
	],
	[
		'denoise a.png --method one-step --sigma 2 --steps 7',
		'sigma would have no effect: it applies only with method compare or blur. steps would have no effect: it applies only with method compare or iterative.',
	],
	[
		'inpaint a.png sky --region 0.4,0.4,0.3,0.3 --rule repaint --resamples 1 --jump 7',
		'jump would have no effect: it applies only with rule repaint and resamples above 1.',
	],
	[
		'inpaint a.png sky --region 0.4,0.4,0.3,0.3 --upscale',
		'upscale would have no effect: it applies only with size model.',
	],
	[
		'mnist sample 3 --model time --guidance 7',
		'guidance would have no effect: it applies only with a network conditioned on the digit, such as model class.',
	],
	[
		'mnist train time --run latest',
		'model would have no effect: it applies only with a new training, as run continues the way it was started.',
	],
	['course --figures 1.1 --run latest', 'run would have no effect: it applies only with figures of part B.'],
	['course --figures 1.1 --edition 2025', 'edition would have no effect: it applies only with figures of part B.'],
	['course --figures b1.2 --model fake-xl', 'model would have no effect: it applies only with figures of part A.'],
])('%s is rejected in one sentence', async (line, sentence) => {
	expect(await refusalOf(line)).toBe(sentence);
});

test.each(['--guidance 1', '--guidance 1.0', '--sampler Course', '--timesteps course'])(
	'a value equal to the default is accepted in any spelling (%s)',
	async (option) => {
		expect(await refusalOf(`denoise a.png --method blur ${option}`)).toBeUndefined();
	},
);
