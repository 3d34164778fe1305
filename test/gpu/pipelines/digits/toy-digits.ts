/** Small analytic digit networks, and a context for pipelines on them. */
import { DIGIT_SCHEDULE } from '../../../../gpu/diffusion/digit-schedule.ts';
import type { DigitDenoiser, DigitFlow } from '../../../../gpu/models/digits/denoiser.ts';
import { DIGIT_SHAPE } from '../../../../gpu/models/digits/denoiser.ts';
import type { DigitContext } from '../../../../gpu/pipelines/digits/pipeline.ts';
import type { StepProgress } from '../../../../gpu/pipelines/pipeline.ts';
import { map, type Tensor, tensor, zeros } from '../../../../gpu/tensor/tensor.ts';

/** The picture of digit n has its upper n + 1 rows inked; without a digit all rows are half inked. */
export function toyDigit(digit?: number): Tensor {
	const picture = zeros(DIGIT_SHAPE);
	return { ...picture, data: digit === undefined ? picture.data.fill(0.5) : picture.data.fill(1, 0, 28 * (digit + 1)) };
}

/** Knows one picture per digit, and estimates as noise what x_t has besides that picture. */
export class ToyDigitDenoiser implements DigitDenoiser {
	readonly schedule = DIGIT_SCHEDULE;
	readonly calls: { readonly t: number; readonly digit?: number; readonly waiting: number }[] = [];
	#waiting = 0;

	async predict(x: Tensor, t: number, digit?: number) {
		this.calls.push({ t, digit, waiting: this.#waiting++ });
		await new Promise(setImmediate);
		this.#waiting--;
		const alphaCumprod = DIGIT_SCHEDULE.alphasCumprod[t];
		const x0 = toyDigit(digit);
		const noise = map(x, (value, i) => (value - Math.sqrt(alphaCumprod) * x0.data[i]) / Math.sqrt(1 - alphaCumprod));
		return { noise, variance: map(x, () => 1) };
	}
}

/** Knows one picture per digit, and leads straight to it. */
export class ToyDigitFlow implements DigitFlow {
	readonly calls: { readonly t: number; readonly digit?: number }[] = [];

	async velocity(x: Tensor, t: number, digit?: number) {
		this.calls.push({ t, digit });
		const x1 = toyDigit(digit);
		return map(x, (value, i) => (t < 1 ? (x1.data[i] - value) / (1 - t) : 0));
	}
}

export interface ToyDigitContext extends DigitContext {
	readonly denoiser: ToyDigitDenoiser;
	readonly flow: ToyDigitFlow;
	readonly steps: StepProgress[];
	/** What the job asked to open. */
	readonly weights: unknown[];
}

/** A context whose judge reads the digit from a picture's first row without ink, and whose upload is a toy 4. */
export function toyDigitContext(changes: Partial<DigitContext> = {}): ToyDigitContext {
	const denoiser = new ToyDigitDenoiser();
	const flow = new ToyDigitFlow();
	const steps: StepProgress[] = [];
	const weights: unknown[] = [];
	const remember = <T>(network: T) => {
		return async (asked: unknown) => {
			weights.push(asked);
			return network;
		};
	};
	return {
		denoiser,
		flow,
		steps,
		weights,
		openDenoiser: remember(denoiser),
		openFlow: remember(flow),
		openOneStep: remember({ clean: async (x: Tensor) => map(x, (value) => (value > 0.5 ? 1 : 0)) }),
		openJudge: async () => ({
			read: async (x) => {
				const inked = Array.from({ length: 28 }, (_, row) => x.data[row * 28] > 0.5).lastIndexOf(true);
				return tensor(
					Float32Array.from({ length: 10 }, (_, digit) => (digit === inked ? 0.91 : 0.01)),
					[10],
				);
			},
		}),
		loadDigit: async () => toyDigit(4),
		trainingMean: async () => ({ mean: toyDigit(), deviation: 0.25 }),
		testDigit: async (digit) => toyDigit(digit),
		signal: new AbortController().signal,
		onStep: (progress) => steps.push(progress),
		...changes,
	};
}
