/** A small analytic network, and a context for pipelines on it. */
import type { Estimate } from '../../../gpu/diffusion/estimate.ts';
import { squaredcosCapV2 } from '../../../gpu/diffusion/schedule.ts';
import type { JobKindOver, JobOf } from '../../../gpu/jobs/index.ts';
import type { Condition, Denoiser } from '../../../gpu/models/denoiser.ts';
import type { PipelineContext, PipelineResult, StagedPipeline, StepProgress } from '../../../gpu/pipelines/pipeline.ts';
import { encodePng } from '../../../gpu/tensor/image.ts';
import { map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';

export const SIDE = 8;

/** The picture of each prompt: the same in all channels, as a function of height, from 0 at the top to 1, and column. */
const PICTURES: Record<string, (height: number, column: number) => number> = {
	'': () => 0,
	sky: (height) => 1 - 2 * height, // bright above, dark below
	stripes: (_, column) => (column % 2 ? 0.8 : -0.8),
};

/** Cached, because some tests call the network tens of thousands of times. */
const DRAWN = new Map<string, Float32Array>();

/** @param side in pixels */
export function pictureOf(prompt: string, side = SIDE): Tensor {
	const key = `${side} ${prompt}`;
	const draw = () =>
		Float32Array.from({ length: 3 * side ** 2 }, (_, i) =>
			PICTURES[prompt]((Math.floor(i / side) % side) / (side - 1), i % side),
		);
	const drawn = DRAWN.get(key) ?? draw();
	DRAWN.set(key, drawn);
	return tensor(drawn.slice(), [3, side, side]);
}

const ALPHAS_CUMPROD = squaredcosCapV2(1000);

export interface ToyCall {
	/** [3, S, S] */
	readonly x: Tensor;
	readonly t: number;
	readonly prompt: string;
	/** How many calls were pending when this one came. */
	readonly waiting: number;
}

/** Knows one picture per prompt, and estimates as noise what x_t has besides that picture. */
export class ToyDenoiser implements Denoiser {
	readonly shape: readonly [3, number, number];
	readonly schedule = { alphasCumprod: ALPHAS_CUMPROD, thresholding: { ratio: 0.95, maxValue: 1.5 } };
	readonly calls: ToyCall[] = [];
	#waiting = 0;

	/** @param side in pixels */
	constructor(side = SIDE) {
		this.shape = [3, side, side];
	}

	async predict(x: Tensor, t: number, { prompt }: Condition): Promise<Estimate> {
		this.calls.push({ x, t, prompt, waiting: this.#waiting++ });
		await new Promise(setImmediate);
		this.#waiting--;
		const [signal, sigma] = [Math.sqrt(ALPHAS_CUMPROD[t]), Math.sqrt(1 - ALPHAS_CUMPROD[t])];
		const x0 = pictureOf(prompt, this.shape[1]);
		return {
			noise: map(x, (value, i) => (value - signal * x0.data[i]) / sigma),
			variance: map(x0, (value) => value / 2),
		};
	}

	async tokensCut(): Promise<number> {
		return 0;
	}
}

interface ToyContext extends PipelineContext {
	readonly denoiser: ToyDenoiser;
	readonly steps: StepProgress[];
}

/** The file of the picture "sky" by its side, encoded once. */
const FILES = new Map<number, Promise<Uint8Array>>();

function fileOf(side: number): Promise<Uint8Array> {
	const file = FILES.get(side) ?? encodePng(pictureOf('sky', side));
	FILES.set(side, file);
	return file;
}

/**
 * A context whose only picture is "sky", and which records every step.
 *
 * @param side of its pictures, in pixels
 */
export function toyContext(
	changes: Partial<Omit<PipelineContext, 'denoiser' | 'onStep'>> = {},
	side = SIDE,
): ToyContext {
	const steps: StepProgress[] = [];
	return {
		denoiser: new ToyDenoiser(side),
		loadImage: async () => pictureOf('sky', side),
		loadBytes: () => fileOf(side),
		signal: new AbortController().signal,
		onStep: (progress) => steps.push(progress),
		steps,
		...changes,
	};
}

/** Runs a pipeline to its end, continuing with stage II's model if it asks for that. */
export function wholly<K extends JobKindOver<'pictures'>>(
	pipeline: StagedPipeline<K>,
	stageTwo: Denoiser = new ToyDenoiser(4 * SIDE),
) {
	return async (job: JobOf<K>, context: PipelineContext): Promise<PipelineResult> => {
		const made = await pipeline(job, context);
		return 'goOn' in made ? made.goOn(stageTwo) : made;
	};
}

/** What all sampling jobs have in common: few steps, no guidance. */
export const SAMPLING = {
	model: 'toy',
	seed: 180,
	steps: 6,
	guidanceScale: 1,
	negativePrompt: '',
	sampler: 'ddpm',
} as const;

/** Inpaints stripes by the course's rule; each test adds its own area. */
export const INPAINTING = {
	...SAMPLING,
	kind: 'inpaint',
	sampler: 'course',
	prompt: 'stripes',
	image: 'a'.repeat(64),
	feather: 0,
	rule: 'course',
	jumpLength: 2,
	resamples: 3,
	count: 1,
} as const;
