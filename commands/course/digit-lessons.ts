/** The lesson under each figure of the report's Part B. */
import { DIGIT_SIGNAL_LEFT, DIGIT_TIMESTEPS } from '../../gpu/diffusion/digit-schedule.ts';
import { DENOISER_SIGMA, DIGIT_GUIDANCE } from '../../gpu/jobs/index.ts';
import type { Lesson } from './figure.ts';
import { PAPERS } from './lessons.ts';

export const DIGIT_LESSONS = {
	'b1.2': {
		title: 'Noise on digits',
		text: 'What the denoiser is given, at seven noise levels.',
		formula: 'z = x + σ ε,  ε ~ N(0, I)',
		papers: [PAPERS.autoencoders],
		look: 'The digits stay readable long after single pixels say nothing: σ = 0.5 is half the range from black to white. Unlike in Part A, the digit does not fade, so z grows with σ.',
	},
	'b1.2.1': {
		title: 'Training a one-step denoiser',
		text: `The losses, and test digits with noise of σ = ${DENOISER_SIGMA} and what the network makes of them.`,
		formula: 'L = E ‖D(z) − x‖²',
		papers: [PAPERS.autoencoders, PAPERS.unet],
		look: 'The loss falls steeply and then slowly: blurred digits are learned at once, edges late.',
	},
	'b1.2.2': {
		title: 'Outside its training',
		text: `The same network, also at noise levels that it was not trained at.`,
		formula: 'x̂ = D(x + σ ε),  σ = 0, 0.2, …, 1',
		papers: [PAPERS.unet],
		look: `Below ${DENOISER_SIGMA} it does well. Above it, the network still expects the noise that it was trained with, and anything beyond that looks like strokes to it: it starts to invent.`,
	},
	'b2.2': {
		title: 'Training with time conditioning',
		text: `The mean squared error of the noise that the network finds, at timesteps drawn from all ${DIGIT_TIMESTEPS}.`,
		formula: 'L = E ‖ε_{θ}(x_{t}, t / T) − ε‖²',
		papers: [PAPERS.ddpm],
		look: `t counts from 0 to T − 1, so the network is given 0 to ${DIGIT_TIMESTEPS - 1} over ${DIGIT_TIMESTEPS}, never 1, and t = 0 already has noise. The loss cannot reach 0: where there is little noise, nobody can tell it from the digit.`,
	},
	'b2.3': {
		title: 'Sampling with time conditioning',
		text: `Digits from pure noise in ${DIGIT_TIMESTEPS} steps; the network is not told which.`,
		formula:
			'x_{t−1} = √ᾱ_{t−1} β_{t} / (1 − ᾱ_{t}) x̂_{0} + √α_{t} (1 − ᾱ_{t−1}) / (1 − ᾱ_{t}) x_{t} + √β_{t} z,  z = 0 in the last step',
		papers: [PAPERS.ddpm],
		look: `Most can be read, some are not digits at all: nothing says which digit to make, so a few end up between two. With the course’s β, about ${Math.round(100 * DIGIT_SIGNAL_LEFT)} % of a digit is left at the last t, so pure noise is not quite what the training ended at.`,
	},
	'b2.4': {
		title: 'Training with class conditioning',
		text: 'The same, but the network is told the digit.',
		formula: 'L = E ‖ε_{θ}(x_{t}, t / T, m c) − ε‖²,  m = 0 for one in ten, otherwise 1',
		papers: [PAPERS.guidance],
		look: 'Told the digit, the network has less to guess, and its loss usually ends lower than that of b2.2. For one digit in ten it is not told, so that one network learns both branches that guidance needs.',
	},
	'b2.5': {
		title: 'Sampling with class conditioning',
		text: `Four of each digit with guidance ${DIGIT_GUIDANCE}.`,
		formula: `ε = ε_{u} + γ (ε_{c} − ε_{u}),  γ = ${DIGIT_GUIDANCE}`,
		papers: [PAPERS.guidance],
		look: 'Compare them with b2.3: every digit is the one that was asked for, with bold, clean strokes. The price is variety: the four in a column look much alike.',
	},
	b3: {
		title: 'A bonus: digits upside down',
		text: 'Digits that are a 6 upright and a 9 when turned by 180°.',
		formula: 'ε = (ε(x_{t}, 6) + turn(ε(turn(x_{t}), 9))) / 2',
		papers: [PAPERS.anagrams],
		look: 'Part A’s anagrams with the network of b2.4. The score is given by a classifier that comes with the bot, not by the network itself.',
	},
} as const satisfies Record<string, Lesson>;
