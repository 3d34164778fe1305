/**
 * The figures of the course's report, in its order: which requests make them, with the course's parameters.
 * Everything is asked for through the bot's own commands, so a student can type each line again.
 */
import { digitFigures } from './digit-figures.ts';
import type { Example } from './examples.ts';
import type { CourseFigure, FigureRequest } from './figure.ts';
import type { OwnRuns } from './own-runs.ts';

const PROMPTS = ['an oil painting of a snowy mountain village', 'a man wearing a hat', 'a rocket ship'];

/** The test picture of the assignment, and two pictures of the student's own. */
const PHOTOS: readonly Example[] = ['tower', 'fruit', 'bay'];

/** A drawing from the web, and two by hand. */
const DRAWINGS: readonly Example[] = ['penguin', 'house-sketch', 'rocket-sketch'];

const generate = (options: FigureRequest['options']): FigureRequest => ({ command: 'generate', options });
const onTower = (command: string, options: FigureRequest['options']): FigureRequest => ({
	command,
	options,
	image: 'tower',
});
const edits = (images: readonly Example[], prompts: readonly string[]) =>
	images.map(
		(image, i): FigureRequest => ({ command: 'edit', options: { prompt: prompts[i % prompts.length] }, image }),
	);

const inpaint = (image: Example, options: FigureRequest['options']): FigureRequest => ({
	command: 'inpaint',
	options: { ...options, size: 'model', count: 3 },
	image,
});

/** Tries of every anagram and hybrid: the assignment says that several seeds are needed. */
const TRIES = 8;

const PICTURE_FIGURES: readonly CourseFigure[] = [
	{
		id: '0',
		title: 'Three prompts, 20 and 30 steps',
		text: 'The same seed for all. More steps change details more than the scene.',
		requests: PROMPTS.flatMap((prompt) => [20, 30].map((steps) => generate({ prompt, steps }))),
	},
	{
		id: '0b',
		title: 'The same through stage II',
		text: 'Stage II makes it four times as large under the same prompt.',
		requests: PROMPTS.flatMap((prompt, i) => [
			generate({ prompt, steps: 30 }),
			{ command: 'upscale', options: { prompt }, image: { pictureOf: 2 * i } },
		]),
	},
	{
		id: '1.1',
		title: 'The forward process',
		text: 'The test picture with more and more noise, at t = 250, 500 and 750.',
		requests: [onTower('noise', { t: '250,500,750' })],
	},
	{
		id: '1.2',
		title: 'Classical denoising',
		text: 'A Gaussian blur, the best one for each noise level: it removes noise and detail alike.',
		requests: [onTower('denoise', { method: 'blur' })],
	},
	{
		id: '1.3',
		title: 'One-step denoising',
		text: 'One estimate of the noise implies the clean picture; the more noise, the blurrier.',
		requests: [onTower('denoise', { method: 'one-step' })],
	},
	{
		id: '1.4',
		title: 'Iterative denoising',
		text: 'From i_start = 10 along strided timesteps, every fifth state, and the result beside the one step and the blur.',
		requests: [onTower('denoise', { method: 'compare', start: 10 })],
	},
	{
		id: '1.5',
		title: 'Sampling from pure noise',
		text: 'Five samples without guidance: vague, and no better than the model is on its own.',
		requests: [generate({ prompt: 'a high quality photo', count: 5, guidance: 1, sampler: 'course' })],
	},
	{
		id: '1.6',
		title: 'Classifier-free guidance',
		text: 'Five samples with guidance, from the same noise.',
		requests: [generate({ prompt: 'a high quality photo', count: 5, sampler: 'course' })],
	},
	{
		id: '1.7',
		title: 'Image-to-image',
		text: 'Noise to the start index, then denoise: the later the start, the closer to the original.',
		requests: edits(PHOTOS, ['a high quality photo']),
	},
	{
		id: '1.7.1',
		title: 'Drawings made real',
		text: 'The same for a drawing from the web and for two sketches by hand.',
		requests: edits(DRAWINGS, ['a high quality photo']),
	},
	{
		id: '1.7.2',
		title: 'Inpainting',
		text: 'Only the region is made anew; everywhere else the original comes back after each step.',
		requests: [
			inpaint('tower', { region: '0.33,0,0.34,0.42' }),
			inpaint('fruit', { region: '0.5,0.45,0.5,0.45', prompt: 'a red apple' }),
			inpaint('bay', { region: '0.68,0.5,0.3,0.35', prompt: 'a sailboat' }),
		],
	},
	{
		id: '1.7.3',
		title: 'Text-conditional image-to-image',
		text: 'The sweep again, steered by a prompt of its own.',
		requests: edits(PHOTOS, ['a rocket ship', 'a photo of a dog', 'an oil painting of a snowy mountain village']),
	},
	{
		id: '1.8',
		title: 'Visual anagrams',
		text: 'One picture, read upright and upside down: the mean of both noise estimates. The best of several tries.',
		requests: [
			['an oil painting of an old man', 'an oil painting of people around a campfire'],
			['an oil painting of a snowy mountain village', 'an oil painting of a skull'],
			['a photo of a dog', 'a photo of the amalfi coast'],
		].map(([prompt, prompt2]) => ({ command: 'anagram', options: { prompt, prompt2, tries: TRIES } })),
	},
	{
		id: '1.9',
		title: 'Hybrid images',
		text: 'The low frequencies under one prompt, the high ones under another: step back, and the picture changes.',
		requests: [
			['a lithograph of a skull', 'a lithograph of waterfalls'],
			['a photo of a man', 'a photo of the amalfi coast'],
			['an oil painting of an old man', 'an oil painting of a snowy mountain village'],
		].map(([prompt, prompt2]) => ({ command: 'hybrid', options: { prompt, prompt2, tries: TRIES } })),
	},
	{
		id: '2',
		title: 'Bells and whistles',
		text: 'Anagrams by other views, a hybrid of grey and colour, and an anagram through stage II by the same view.',
		requests: [
			{ command: 'anagram', options: { prompt: 'a tree', prompt2: 'a mushroom', view: 'negate' } },
			{ command: 'anagram', options: { prompt: 'a cat', prompt2: 'a rabbit', view: 'rotate_cw' } },
			{ command: 'hybrid', options: { prompt: 'a house', prompt2: 'a sunflower', kind: 'color' } },
			{ command: 'anagram', options: { prompt: 'an umbrella', prompt2: 'a slice of pizza' } },
			{
				command: 'upscale',
				options: { prompt: 'an umbrella', prompt2: 'a slice of pizza', view: 'flip' },
				image: { pictureOf: 3 },
			},
		],
	},
];

/** Both parts; of Part B some are by trainings of one's own, where there are any. */
export const courseFigures = (own: OwnRuns = {}): readonly CourseFigure[] => [...PICTURE_FIGURES, ...digitFigures(own)];
