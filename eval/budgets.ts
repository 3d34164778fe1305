/**
 * Quality against the number of calls, for each sampler on the bundled model: draws the prompts that emoji-if is judged by with
 * every sampler and budget. One thread takes an hour for each half of the prompts.
 *
 *     npx tsx eval/budgets.ts FOLDER
 *     python assets/models/emoji-if/train/judge_pictures.py FOLDER --json FOLDER/judged
 *     npx tsx eval/budgets-chart.ts FOLDER/judged odd CHART.webp
 *
 * Only the sampler and the number of timesteps differ: the model's own start colours and clipping hold for all, and the
 * timesteps are spaced as its own. Those were chosen on the even half of the prompts, so the odd half is drawn first, and
 * --half even draws the other. Resumes where it was interrupted.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countEstimates, planSampling } from '../gpu/diffusion/plan.ts';
import { SAMPLERS, type SamplerName } from '../gpu/diffusion/samplers/index.ts';
import { alphaCumprodAt, squaredcosCapV2 } from '../gpu/diffusion/schedule.ts';
import { drawPrompts, halfOf, samplingOf } from './emoji-if.ts';

/** The course's own loop neither clips nor ends at a clean picture, and so is left out. */
const COMPARED = ['euler-ancestral', 'ddpm', 'ddim', 'dpmpp-2m', 'heun'] as const satisfies readonly SamplerName[];

/** Estimates per picture; with guidance each is two calls of the network. */
const BUDGETS = [5, 10, 15, 22, 34];

const schedule = { alphasCumprod: squaredcosCapV2(1000) };

/** λ = log(α/σ) */
function lambdaAt(t: number): number {
	const alphaCumprod = alphaCumprodAt(schedule, t);
	return Math.log(alphaCumprod / (1 - alphaCumprod)) / 2;
}

/** The mean of evenly spaced t and evenly spaced λ, both from 990 to 30. */
function mixedTimesteps(count: number): number[] {
	const [noisiest, cleanest] = [990, 30];
	return Array.from({ length: count }, (_, i) => {
		const share = i / (count - 1);
		const even = noisiest + share * (cleanest - noisiest);
		const wanted = lambdaAt(noisiest) + share * (lambdaAt(cleanest) - lambdaAt(noisiest));
		return Math.round((even + nearestTimestep(wanted)) / 2);
	});
}

function nearestTimestep(lambda: number): number {
	const off = (t: number) => Math.abs(lambdaAt(t) - lambda);
	return Array.from(schedule.alphasCumprod.keys()).reduce((best, t) => (off(t) < off(best) ? t : best));
}

/** The longest list of timesteps along which the sampler asks for at most `estimates`. */
function timestepsWithin(sampler: SamplerName, estimates: number): number[] {
	const end = SAMPLERS[sampler].landing === 'leap' ? [0] : [];
	const lists = Array.from({ length: estimates }, (_, i) => [...mixedTimesteps(i + 2), ...end]);
	const fits = lists.filter((timesteps) => countEstimates(planSampling(choiceOf(sampler, timesteps))) <= estimates);
	return fits[fits.length - 1];
}

const choiceOf = (sampler: SamplerName, timesteps: number[]) => ({ sampler, recipe: { timesteps, clips: true } });

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { half: { type: 'string', default: 'odd' } },
});
const [folder] = positionals;
const own = samplingOf('own');
if (!own) throw new Error('the bundled model has no sampling of its own');
for (const estimates of BUDGETS) {
	for (const sampler of COMPARED) {
		const sampling = { ...own, sampler, timesteps: timestepsWithin(sampler, estimates) };
		const file = join(folder, `${sampler}-${estimates}-${values.half}`);
		await drawPrompts(file, sampling, halfOf(values.half === 'odd' ? 1 : 0));
	}
}
