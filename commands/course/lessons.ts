/** The lesson under each figure of the report's Part A: what it shows, its formula and papers, and what to look at. */
import { planSampling } from '../../gpu/diffusion/plan.ts';
import { COURSE_TIMESTEPS } from '../../gpu/diffusion/timesteps.ts';
import type { Lesson, Paper } from './figure.ts';

/** Papers that figures link to. */
export const PAPERS = {
	buades: { name: 'Buades et al. 2005', url: 'https://doi.org/10.1137/040616024' },
	ddpm: { name: 'Ho et al. 2020', url: 'https://arxiv.org/abs/2006.11239' },
	learnedVariance: { name: 'Nichol & Dhariwal 2021', url: 'https://arxiv.org/abs/2102.09672' },
	imagen: { name: 'Saharia et al. 2022', url: 'https://arxiv.org/abs/2205.11487' },
	guidance: { name: 'Ho & Salimans 2022', url: 'https://arxiv.org/abs/2207.12598' },
	sdedit: { name: 'Meng et al. 2022', url: 'https://arxiv.org/abs/2108.01073' },
	repaint: { name: 'Lugmayr et al. 2022', url: 'https://arxiv.org/abs/2201.09865' },
	anagrams: { name: 'Geng et al. 2024', url: 'https://arxiv.org/abs/2311.17919' },
	hybrids: { name: 'Geng et al. 2024', url: 'https://arxiv.org/abs/2404.11615' },
	classifier: { name: 'Li et al. 2023', url: 'https://arxiv.org/abs/2303.16203' },
	flow: { name: 'Lipman et al. 2022', url: 'https://arxiv.org/abs/2210.02747' },
	rectified: { name: 'Liu et al. 2022', url: 'https://arxiv.org/abs/2209.03003' },
	adam: { name: 'Kingma & Ba 2014', url: 'https://arxiv.org/abs/1412.6980' },
	autoencoders: { name: 'Vincent et al. 2008', url: 'https://doi.org/10.1145/1390156.1390294' },
	unet: { name: 'Ronneberger et al. 2015', url: 'https://arxiv.org/abs/1505.04597' },
} as const satisfies Record<string, Paper>;

const FORWARD = 'x_{t} = √ᾱ_{t} x_{0} + √(1 − ᾱ_{t}) ε,  ε ~ N(0, I)';
const GUIDED = 'ε = ε_{u} + γ (ε_{c} − ε_{u}),  γ = 7';
const [first, second] = COURSE_TIMESTEPS;

/** The timestep at which the scheduler starts with this many steps. */
const firstOf = (steps: number) => planSampling({ sampler: 'ddpm', steps }).timesteps[0];

export const LESSONS = {
	'0': {
		title: 'Three prompts, 20 and 30 steps',
		text: 'Stage I draws each prompt twice from the same noise: in 20 and in 30 steps of the scheduler.',
		formula: `x_{T} ~ N(0, I), T = ${firstOf(20)} (20 steps) or ${firstOf(30)} (30); then n steps, ⌊1000 / n⌋ timesteps apart, to t = 0`,
		papers: [PAPERS.ddpm, PAPERS.imagen],
		look: 'The two pictures of a row start from the same noise and nearly agree: the large shapes are settled in the first steps, however many follow. Look for differences in edges and small details. More steps make smaller errors, but each also adds fresh noise, so 30 steps give another picture rather than a better one.',
	},
	'0b': {
		title: 'The same through stage II',
		text: 'Stage II enlarges the 64 × 64 pixels four times, under the same prompt.',
		formula: 'ε̂ = ε_{θ}(x_{t}, t, small picture noised to level s, prompt)',
		papers: [PAPERS.imagen],
		look: 'The small picture is an input of every step, so shapes stay and edges become sharp. It is noised a little first, so that the network mends stage I’s mistakes instead of copying them. What is missing from the small picture cannot come back; it can only be guessed.',
	},
	'1.1': {
		title: 'The forward process',
		text: 'The test picture at t = 250, 500 and 750, all with the same ε.',
		formula: FORWARD,
		papers: [PAPERS.ddpm],
		look: 'The picture is not only covered, it also fades: √ᾱ falls as √(1 − ᾱ) grows, and their squares add up to 1. So values neither grow without bound, as in b1.2, nor vanish, and at the end the variance is 1. Large shapes outlast fine ones, which have less contrast to lose.',
	},
	'1.2': {
		title: 'Classical denoising',
		text: 'A Gaussian blur of each noisy picture, with the σ whose result has the best PSNR.',
		formula: 'x̂_{0} = G_{σ} ∗ x_{t}',
		papers: [PAPERS.buades],
		look: 'Noise lives at all frequencies, the picture mostly at low ones; a blur keeps the low ones of both. The more noise, the wider the best blur, and the less is left to see. It also cannot know that the picture has faded: colours stay as pale as √ᾱ made them.',
	},
	'1.3': {
		title: 'One-step denoising',
		text: 'The network estimates the noise once, under “a high quality photo”; the formula of 1.1 is solved for the picture.',
		formula: 'x̂_{0} = (x_{t} − √(1 − ᾱ_{t}) ε̂) / √ᾱ_{t}',
		papers: [PAPERS.ddpm],
		look: 'Better than any blur, as the network knows what pictures look like. With much noise many pictures would fit; the estimate with the least squared error is the mean of them all, and a mean is blurred. Small errors in ε̂ are divided by √ᾱ, which is small for large t.',
	},
	'1.4': {
		title: 'Iterative denoising',
		text: `From i_start = 10 down the timesteps ${first}, ${second}, …, 0: every fifth state, and the result beside one step, blur and original.`,
		formula: 'x_{t′} = √ᾱ_{t′} β_{t} / (1 − ᾱ_{t}) x̂_{0} + √α_{t} (1 − ᾱ_{t′}) / (1 − ᾱ_{t}) x_{t} + v_{σ}',
		papers: [PAPERS.ddpm, PAPERS.learnedVariance],
		look: 'On strided steps α_{t} = ᾱ_{t} / ᾱ_{t′} and β_{t} = 1 − α_{t}. The iterative result is the sharpest, and often has a worse PSNR than the blurry one step. PSNR rewards the mean of all pictures that fit; the loop commits itself to one of them, whose invented details are nowhere in the original. The variance v_{σ} is learned. The course’s loop adds it in the last step too, which leaves a fine grain.',
	},
	'1.5': {
		title: 'Sampling from pure noise',
		text: 'Five pictures of “a high quality photo” from noise alone, without guidance.',
		formula: 'x_{990} ~ N(0, I), then the loop of 1.4 from i_start = 0',
		papers: [PAPERS.ddpm],
		look: 'Without guidance the prompt hardly steers: samples are vague, and some show nothing recognisable. Picture i has its own seed, seed + i, so that each can be made again alone. A notebook that seeds once and makes its five one after the other matches only the first; a batch of five matches none.',
	},
	'1.6': {
		title: 'Classifier-free guidance',
		text: 'Five pictures from the same noise as in 1.5, with guidance.',
		formula: GUIDED,
		papers: [PAPERS.guidance],
		look: 'Guidance exaggerates what the prompt changes in the estimate (ε_{c}) against the empty prompt (ε_{u}). Pictures come closer to the prompt, with stronger colours and less variety. Too much overshoots: colours burn out, backgrounds go flat. The best scale depends on the model, not on the method.',
	},
	'1.7': {
		title: 'Image-to-image',
		text: 'The picture is noised to a start index and denoised with guidance: SDEdit.',
		formula: 'x_{t} = forward(picture, t = 990 − 30 i_start), then 1.4 with 1.6',
		papers: [PAPERS.sdedit],
		look: 'A small i_start means much noise: the model is free, and the result is its own. A large one keeps layout and colours, and changes little. In between, realism is traded for faithfulness. All starts share the same noise, so that only the start differs within a sheet.',
	},
	'1.7.1': {
		title: 'Drawings made real',
		text: 'The same for a drawing from the web (Twemoji’s penguin, by Twitter and contributors, CC BY 4.0) and two sketches.',
		formula: 'x_{t} = forward(drawing, t = 990 − 30 i_start), then 1.4 with 1.6',
		papers: [PAPERS.sdedit],
		look: 'Noise hides thin lines before it hides areas. With early starts only the patches of colour are left to guide the model; late starts return the drawing. Somewhere between, the drawing is a scene that the model believes.',
	},
	'1.7.2': {
		title: 'Inpainting',
		text: 'Only what is white in the mask is redrawn: above, what goes in; below, three tries.',
		formula: 'x_{t′} ← m x_{t′} + (1 − m) forward(original, t′)',
		papers: [PAPERS.repaint],
		look: 'After every step the original comes back outside the mask, noised to t′: clean pixels in a noisy picture are unlike anything the network was trained on. Look at the border: the new part must fit what is around it, but what is around it never gives way, so some tries fail. At the end the original is put back clean.',
	},
	'1.7.3': {
		title: 'Text-conditional image-to-image',
		text: 'The sweep of 1.7 again, with prompts that name something else.',
		formula: 'ε = ε_{u} + γ (ε(x_{t}, new prompt) − ε_{u}),  γ = 7',
		papers: [PAPERS.sdedit, PAPERS.guidance],
		look: 'Now the prompt pulls away from the picture. Early starts show the prompt, late ones the picture; the good ones in between show what the prompt names with the picture’s layout and colours.',
	},
	'1.8': {
		title: 'Visual anagrams',
		text: 'One picture, read upright and upside down: the four best of many tries.',
		formula: 'ε = (ε(x_{t}, p_{1}) + flip(ε(flip(x_{t}), p_{2}))) / 2',
		papers: [PAPERS.anagrams, PAPERS.classifier],
		look: 'A flip of noise is noise, so each prompt gets an honest estimate, and the mean is a compromise between the two. The variances are averaged too; the assignment leaves that open. Most seeds fail, so many are tried. The score is how sure the same model is of its less likely reading: its opinion, not a person’s. Judge for yourself.',
	},
	'1.9': {
		title: 'Hybrid images',
		text: 'One picture, large and small: the four of several tries that the model itself rates best. The small one is how it looks from afar.',
		formula: 'ε = lowpass(ε_{1}) + ε_{2} − lowpass(ε_{2}),  Gaussian, kernel 33, σ = 2',
		papers: [PAPERS.hybrids],
		look: 'From afar the eye loses the high frequencies, and only the first prompt’s coarse shapes are left; close up the fine lines of the second take over. Step back from the screen too. The variances are averaged. The score judges each prompt in its own frequencies, and is the model’s opinion.',
	},
	'2': {
		title: 'Bells and whistles',
		text: 'Other illusions in all their readings: by a negative, a quarter turn, greys against colour, and a flip that goes through stage II; and a logo for the course.',
		formula: 'ε = mean of v_{i}^{−1}(ε(v_{i}(x_{t}), p_{i}));  colour: ε = grey(ε_{1}) + ε_{2} − grey(ε_{2})',
		papers: [PAPERS.anagrams, PAPERS.hybrids],
		look: 'Any view v works that turns noise into noise: it must preserve lengths and angles. A negative flips the sign of the noise, but not of a variance. Stage II has to look through the same view, or it would sharpen one reading and spoil the other.',
	},
} as const satisfies Record<string, Lesson>;
