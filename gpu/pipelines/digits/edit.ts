/**
 * Digits that enter a flow part of the way: SDEdit (Meng et al. 2021) with x_t = (1 − t) noise + t digit. Near t = 1 little
 * changes; near 0 little is left of the original.
 */
import { pointAt } from '../../diffusion/flow/path.ts';
import { TorchGenerator } from '../../diffusion/noise.ts';
import { consecutiveSeeds } from '../../diffusion/seeds.ts';
import { isTold } from '../../jobs/index.ts';
import { DIGIT_SHAPE } from '../../models/digits/denoiser.ts';
import { asPicture } from '../../tensor/grey.ts';
import { withPsnr } from '../with-psnr.ts';
import { readSource } from './noise.ts';
import { previewOf } from './picture.ts';
import type { DigitPipeline } from './pipeline.ts';
import { flowWay } from './way.ts';

/**
 * For each source the `original`; then, for each t, the digit as it enters, `noisy`, and where the flow takes it, `denoised`.
 * Source i takes its noise from seed + i, the same for every t.
 */
export const digitEdit: DigitPipeline<'digit-edit'> = async (job, context) => {
	const flow = await context.openFlow(job);
	const reading = isTold(job.model) ? { digit: job.told } : {};
	const ways = job.times.map((start) => flowWay(flow, job.flow, { ...job, start, signal: context.signal }));
	const total = job.sources.length * ways.reduce((sum, { levels }) => sum + levels.length, 0);
	const seeds = consecutiveSeeds(job.seed, job.sources.length);
	let done = 0;
	const rows = job.sources.map(async (source, i) => {
		const seed = seeds[i];
		const digit = await readSource(source, context);
		const generator = new TorchGenerator(seed);
		const noise = generator.randn(DIGIT_SHAPE); // [1, 28, 28]
		const original = asPicture(digit);
		const pairs = ways.map(async (way, k) => {
			const t = job.times[k];
			const entered = pointAt(noise, digit, t); // x_t
			let x = entered;
			for await (const state of way.walk([reading], entered, generator)) {
				x = state.x;
				context.onStep({ done: ++done, total, x0: previewOf([state.x0]) });
			}
			return [
				{ ...withPsnr(asPicture(entered), original, { seed, role: 'noisy' }), t },
				{ ...withPsnr(asPicture(x), original, { seed, role: 'denoised' }), t },
			];
		});
		return [{ pixels: original, seed, role: 'original' }, ...(await Promise.all(pairs)).flat()];
	});
	return { images: (await Promise.all(rows)).flat(), notes: [] };
};
