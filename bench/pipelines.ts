/** What pipelines cost on top of the network: seconds per step, against the same evaluations alone. */

import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import type { JobOf } from '../gpu/jobs/index.ts';
import type { Denoiser } from '../gpu/models/denoiser.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { anagram } from '../gpu/pipelines/anagram.ts';
import { denoise } from '../gpu/pipelines/denoise.ts';
import { hybrid } from '../gpu/pipelines/hybrid.ts';
import { inpaint } from '../gpu/pipelines/inpaint.ts';
import type { PipelineContext } from '../gpu/pipelines/pipeline.ts';
import { benchContext, EXAMPLE_REF, SAMPLING } from './context.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

/** The two take turns, so a busy spell of the machine slows both. */
const ROUNDS = 5;

const STEPS = 20;

const PROMPTS = ['an oil painting of an old man', 'an oil painting of people around a campfire'];
const TWO = { ...SAMPLING, steps: STEPS, prompts: PROMPTS };

const INPAINT: JobOf<'inpaint'> = {
	kind: 'inpaint',
	...SAMPLING,
	steps: STEPS,
	prompt: PROMPTS[0],
	image: EXAMPLE_REF,
	area: { by: 'region', region: [0.25, 0.25, 0.5, 0.5] },
	feather: 0,
	rule: 'course',
	jumpLength: 5,
	resamples: 3,
	count: 1,
};

const DENOISE: JobOf<'denoise'> = {
	kind: 'denoise',
	...SAMPLING,
	steps: STEPS,
	guidanceScale: 1,
	prompt: PROMPTS[0],
	image: EXAMPLE_REF,
	method: 'compare',
	levels: [250],
	start: 0,
	states: 'strip',
};

const PIPELINES: Readonly<Record<string, (context: PipelineContext) => Promise<unknown>>> = {
	'anagram, flip': (context) => anagram({ kind: 'anagram', ...TWO, views: ['flip'] }, context),
	'hybrid, frequency': (context) => hybrid({ kind: 'hybrid', ...TWO, decomposition: 'frequency' }, context),
	'inpaint, course': (context) => inpaint(INPAINT, context),
	'inpaint, repaint': (context) => inpaint({ ...INPAINT, rule: 'repaint' }, context),
	'denoise, compare': (context) => denoise(DENOISE, context),
};

export async function benchPipelines(directory: string, device: Device): Promise<Table> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const rows: string[][] = [];
	for (const [name, pipeline] of Object.entries(PIPELINES)) {
		const { steps, evaluations } = await countCalls(denoiser, pipeline); // warms up too
		const perStep = evaluations / steps;
		const bare = () => evaluate(denoiser, perStep, steps);
		const [whole, network]: [number[], number[]] = [[], []];
		for (let round = 0; round < ROUNDS; round++) {
			network.push(...(await timeEach(1, bare)));
			whole.push(...(await timeEach(1, () => pipeline(benchContext(denoiser)))));
		}
		const milliseconds = (seconds: readonly number[]) => (1000 * median(seconds)) / steps;
		const [step, share] = [milliseconds(whole), milliseconds(network)];
		rows.push([name, String(perStep), step.toFixed(1), share.toFixed(1), `${(100 * (step / share - 1)).toFixed(1)} %`]);
	}
	await denoiser.close();
	return {
		title: `One step of a pipeline (${device.provider})`,
		header: ['pipeline', 'evaluations', 'step, ms', 'evaluations alone, ms', 'overhead'],
		rows,
		notes: [
			`Medians of ${ROUNDS} runs of ${STEPS} steps (repaint: with its jumps), in turns with as many evaluations alone, as many of them at once.`,
		],
	};
}

/** Counts the steps and evaluations of one run. */
async function countCalls(denoiser: Denoiser, pipeline: (context: PipelineContext) => Promise<unknown>) {
	let [steps, evaluations] = [0, 0];
	const counted: Denoiser = {
		...denoiser,
		predict: (x, t, condition) => {
			evaluations++;
			return denoiser.predict(x, t, condition);
		},
	};
	await pipeline(benchContext(counted, () => steps++));
	return { steps, evaluations };
}

/** Asks for `count` predictions at once, `steps` times. */
async function evaluate(denoiser: Denoiser, count: number, steps: number): Promise<void> {
	const x = new TorchGenerator(0).randn(denoiser.shape); // [3, S, S]
	for (let step = 0; step < steps; step++) {
		await Promise.all(
			Array.from({ length: count }, (_, i) => denoiser.predict(x, 500, { prompt: PROMPTS[i % PROMPTS.length] })),
		);
	}
}
