/** The lesson under each figure of Part B that only the edition of 2025 has. */
import { DIGIT_GUIDANCE, FLOW_STEPS } from '../../gpu/jobs/index.ts';
import type { Lesson } from './figure.ts';
import { PAPERS } from './lessons.ts';

export const FLOW_LESSONS = {
	'b1.2.3': {
		title: 'Denoising pure noise',
		text: 'A denoiser trained on noise alone: four draws, what it finds in them, and the mean of all training digits.',
		formula: 'L = E ‖D(ε) − x‖²,  ε ~ N(0, I),  which is least for D(ε) = E[x]',
		papers: [PAPERS.autoencoders],
		look: 'Every output is nearly the same grey blur. Noise says nothing about the digit behind it, so one answer has the least squared error: the mean of all digits. How far each is from it is given below. The loss stops at 0.067, the digits’ variance (0.259²). A digit takes many steps.',
	},
	'b2.2': {
		title: 'Training a flow with time conditioning',
		text: 'The mean squared error of the velocity that the network finds, at times drawn from [0, 1].',
		formula: 'x_{t} = (1 − t) x_{0} + t x_{1},  L = E ‖u_{θ}(x_{t}, t) − (x_{1} − x_{0})‖²,  x_{0} ~ N(0, I)',
		papers: [PAPERS.flow, PAPERS.rectified],
		look: 'A straight line leads from noise (t = 0) to a digit (t = 1): time runs the opposite way from Part A. In the network it multiplies. The loss cannot reach 0: many lines cross at a point, and nobody can tell which of them to follow. The best answer is the mean of their velocities.',
	},
	'b2.3': {
		title: 'Sampling with time conditioning',
		text: `Digits from pure noise in T = ${FLOW_STEPS} of Euler’s steps; the network is not told which. The assignment leaves T open.`,
		formula: 'x_{t + 1/T} = x_{t} + u_{θ}(x_{t}, t) / T,  x_{0} ~ N(0, I)',
		papers: [PAPERS.flow, PAPERS.rectified],
		look: 'All epochs start from the same noise, so follow one place through them: what becomes of it settles as the network learns. No noise is added on the way: chance decides only the start. Nothing says which digit to make, so a few end up between two.',
	},
	'b2.5': {
		title: 'Training a flow with class conditioning',
		text: 'The same, but the network is told the digit.',
		formula: 'L = E ‖u_{θ}(x_{t}, t, m c) − (x_{1} − x_{0})‖²,  m = 0 for one in ten, otherwise 1',
		papers: [PAPERS.flow, PAPERS.guidance],
		look: 'Now the class multiplies and the time is added. Fewer lines cross where only those to one digit count, so the loss usually ends lower than that of b2.2. For one digit in ten the network is not told, so that it learns both branches that guidance needs.',
	},
	'b2.6': {
		title: 'Sampling with class conditioning',
		text: `Four of each digit with guidance ${DIGIT_GUIDANCE}.`,
		formula: `u = u_{uncond} + γ (u_{cond} − u_{uncond}),  γ = ${DIGIT_GUIDANCE}`,
		papers: [PAPERS.guidance],
		look: 'Guidance works on velocities as it does on noise: it exaggerates what the digit changes. Compare the sheets with b2.3: every digit should be the one that was asked for, and bolder. The price is variety: the four in a column look more alike.',
	},
	'b2.6b': {
		title: 'Without the learning-rate schedule',
		text: 'A network of b2.5 that was trained at a constant rate.',
		formula: 'θ ← θ − η m̂ / (√v̂ + ε)  with one η, instead of η = 10^{−2} · 0.1^{epoch / 10}',
		papers: [PAPERS.adam],
		look: 'A large rate learns fast, but then jumps around the minimum; the schedule lets it settle. Without one, the rate has to be small enough for the end: 10^{−3}, where the schedule ends, is. Compare the curves at their ends, then the digits with those of b2.6: after epoch 1 the small rate has steadier strokes, after epoch 10 both are good.',
	},
	b3: {
		title: 'Bells and whistles',
		text: 'Digits in few steps, a digit started in the middle of its flow, and digits that are others upside down.',
		formula: 'x̂_{1} = x_{0} + u_{θ}(x_{0}, 0, c) ≈ E[x_{1} | c]',
		papers: [PAPERS.rectified, PAPERS.sdedit, PAPERS.anagrams],
		look: 'A single step leads to the mean of all digits of its class, as in b1.2.3 to that of all digits. Two steps make digits: paths bend little. The 7 stays one with a late start, and with an early one becomes the 3 that the network is told. The assignment also asks for a better network without classes: /mnist train flow-time --preset course-2025 --hidden 96 --epochs 20 trains one, which b2.3 then shows.',
	},
} as const satisfies Record<string, Lesson>;
