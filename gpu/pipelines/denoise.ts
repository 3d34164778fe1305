/**
 * Removes noise that was added to a picture, so that the result can be compared with the original: by a blur, by one estimate
 * of the noise, and step by step.
 * Source: Ho et al. 2020, eq. 15 (one step) and algorithm 2 (iterative), as the course's exercises 1.2 to 1.4 use them.
 */
import { assertStart, countSteps, planFrom, planSampling } from '../diffusion/plan.ts';
import { impliedX0 } from '../diffusion/schedule.ts';
import { denoiseStart, methodsOf } from '../jobs/index.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { descend } from './denoise/descent.ts';
import { blurred } from './denoise/gaussian.ts';
import { noised } from './forward-process.ts';
import { pictureNotes } from './picture-notes.ts';
import type { Pipeline } from './pipeline.ts';
import { promptEstimate, promptNotes } from './prompts.ts';
import { startFromPicture } from './start-from-picture.ts';
import { withPsnr } from './with-psnr.ts';

/**
 * Returns, in this order, by role: the `original`; a `noisy` picture for each level; for each level one `blurred`, then one
 * made in `one-step`; of the descent each `state` of the strip and, if all are asked for, each `frame` between them; its end,
 * `iterative`. A method omits what it does not make. If there is a descent, its start is the only level.
 */
export const denoise: Pipeline<'denoise'> = async (job, context) => {
	const { denoiser, signal } = context;
	const { seed } = job;
	const makes = methodsOf(job);
	const plan = planSampling(job);
	const start = denoiseStart(job, plan.timesteps);
	if (makes.iterative) assertStart(start, plan);
	const levels = makes.iterative ? [plan.timesteps[start]] : job.levels;

	const estimate = promptEstimate(denoiser, job.prompt, job);
	const [original, ...notes] = await Promise.all([
		context.loadImage(job.image, { fit: job.fit }), // [3, S, S]
		job.method === 'blur' ? [] : promptNotes(denoiser, [job.prompt, job.negativePrompt]),
		pictureNotes(job.image, context),
	]);
	const noisy = noised(denoiser, original, levels, seed);

	const descentSteps = makes.iterative ? countSteps(planFrom(plan, start)) : 0;
	const total = descentSteps + (makes['one-step'] ? levels.length : 0);
	let done = 0;
	const onStep = (x0: Tensor) => context.onStep({ done: ++done, total, x0 });
	const oneStep = async ({ pixels: x, t }: (typeof noisy)[number]) => {
		const { noise } = await estimate(x, t);
		signal.throwIfAborted();
		const x0 = impliedX0(denoiser.schedule, x, t, noise); // [3, S, S]
		onStep(x0);
		return withPsnr(x0, original, { seed, role: 'one-step', t });
	};
	const iterate = async () => {
		const loop = startFromPicture(original, start, seed, plan, denoiser, estimate);
		const { states, x } = await descend({ ...loop, signal }, seed, onStep);
		const shown = states.filter(({ role }) => job.states === 'all' || role === 'state');
		return [...shown, withPsnr(x, original, { seed, role: 'iterative', t: levels[0] })];
	};
	return {
		images: [
			{ pixels: original, seed, role: 'original' },
			...noisy,
			...(makes.blur ? noisy.map((picture) => blurred(picture, original, job)) : []),
			...(makes['one-step'] ? await Promise.all(noisy.map(oneStep)) : []),
			...(makes.iterative ? await iterate() : []),
		],
		notes: notes.flat(),
	};
};
