/** The figures of Part B of the course's report, by the digit networks that come with the bot. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CourseFigure, FigureRequest } from './figures.ts';

const WEIGHTS = new URL('../../assets/models/digits/weights.json', import.meta.url);

/** Other weights, another name. */
export async function digitWeights(): Promise<string> {
	const index = await readFile(WEIGHTS).catch(() => ''); // a copy without weights says so figure by figure
	return createHash('sha256').update(index).digest('hex');
}

const mnist = (verb: string, options: FigureRequest['options'] = {}): FigureRequest => ({
	command: `mnist ${verb}`,
	options,
});

const SEVEN_SIGMAS = '0,0.2,0.4,0.5,0.6,0.8,1';

export const DIGIT_FIGURES: readonly CourseFigure[] = [
	{
		id: 'b1.2',
		title: 'Noise on digits',
		text: 'z = x + σε: what the denoiser is given to see, at seven noise levels.',
		requests: [mnist('noise', { digit: '7204', sigma: SEVEN_SIGMAS })],
	},
	{
		id: 'b1.2.1',
		title: 'One-step denoising',
		text: 'Test digits under the noise that the denoiser was trained for, and what it finds. A training of your own (/mnist train denoiser) shows the same after its epochs 1 and 5, with its losses.',
		requests: [mnist('denoise', { digit: '0123456789', sigma: '0.5' })],
	},
	{
		id: 'b1.2.2',
		title: 'Out of its training',
		text: 'The same network at noise levels that it never saw: below 0.5 it does well, above it begins to invent.',
		requests: [mnist('denoise', { digit: '72', sigma: SEVEN_SIGMAS })],
	},
	{
		id: 'b2.3',
		title: 'Sampling with time conditioning',
		text: 'From pure noise in 300 steps, not told which digit: most can be read, some are none.',
		requests: [mnist('sample', { model: 'time', count: 4, animate: 'yes' })],
	},
	{
		id: 'b2.5',
		title: 'Sampling with class conditioning',
		text: 'Four of each digit with guidance 5. A training of your own (/mnist train class --preset course) shows them after its epochs 1, 5, 10, 15 and 20.',
		requests: [mnist('sample', { count: 4, guidance: 5, animate: 'yes' })],
	},
	{
		id: 'b3',
		title: 'A bonus: digits upside down',
		text: 'The mean of two noise estimates, one of them turned by 180°, as in the visual anagrams of Part A.',
		requests: [mnist('anagram', { digit: 6, turned: 9, count: 4 })],
	},
];
