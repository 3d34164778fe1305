/** The ways from noise to digits: by a diffusion and by a flow. */
import { DIGIT_PLAN } from '../../diffusion/digit-schedule.ts';
import { type FlowChoice, flowTimes, sampleFlow } from '../../diffusion/flow/sample.ts';
import type { NoiseSource } from '../../diffusion/noise.ts';
import { type SampleState, sample } from '../../diffusion/sample.ts';
import type { SamplingModel } from '../../jobs/index.ts';
import type { DigitDenoiser, DigitFlow } from '../../models/digits/denoiser.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { meanEstimate, meanVelocity, throughView, velocityThroughView } from '../../views/estimates.ts';
import type { View } from '../../views/view.ts';
import { digitEstimate, digitVelocity } from './condition.ts';
import type { DigitContext, DigitWeights } from './pipeline.ts';

/** What a picture should show: a digit (absent: any), upright or through a view. */
export interface Reading {
	readonly digit?: number;
	readonly view?: View;
}

export interface Way {
	/** Where its steps start: timesteps of a diffusion, descending; times of a flow, ascending from 0. */
	readonly levels: readonly number[];
	/** Walks from noise x [1, 28, 28] to a picture that shows all readings at once. */
	walk(readings: readonly Reading[], x: Tensor, source: NoiseSource): AsyncGenerator<SampleState, void, void>;
}

export interface WayOptions {
	/** Classifier-free guidance scale towards the digits; 1 = none. */
	readonly guidanceScale: number;
	readonly signal: AbortSignal;
}

/** The way that a job takes. Throws a UserError if there are no such weights. */
export async function openWay(
	job: DigitWeights & { readonly model: SamplingModel; readonly guidanceScale: number; readonly flow?: FlowChoice },
	context: Pick<DigitContext, 'openDenoiser' | 'openFlow' | 'signal'>,
): Promise<Way> {
	const options = { guidanceScale: job.guidanceScale, signal: context.signal };
	if (job.flow) return flowWay(await context.openFlow(job), job.flow, options);
	return diffusionWay(await context.openDenoiser(job), options);
}

/** Ho et al. 2020, algorithm 2, as in exercises 2.3 and 2.5 of 2024. */
export function diffusionWay(denoiser: DigitDenoiser, { guidanceScale, signal }: WayOptions): Way {
	return {
		levels: DIGIT_PLAN.timesteps,
		walk(readings, x, source) {
			const estimates = readings.map(({ digit, view }) => {
				const estimate = digitEstimate(denoiser, digit, guidanceScale);
				return view ? throughView(view, estimate) : estimate;
			});
			const { schedule } = denoiser;
			return sample({ ...DIGIT_PLAN, schedule, x, estimate: meanEstimate(estimates), source, signal });
		},
	};
}

/** Exercises 2.3 and 2.6 of 2025. `start`: the time of x if it is not pure noise. */
export function flowWay(
	flow: DigitFlow,
	choice: FlowChoice,
	{ guidanceScale, signal, start }: WayOptions & { readonly start?: number },
): Way {
	return {
		levels: flowTimes(choice, start),
		walk(readings, x) {
			const velocities = readings.map(({ digit, view }) => {
				const velocity = digitVelocity(flow, digit, guidanceScale);
				return view ? velocityThroughView(view, velocity) : velocity;
			});
			return sampleFlow({ ...choice, start, x, estimate: meanVelocity(velocities), signal });
		},
	};
}
