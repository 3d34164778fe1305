/** The golden values of test/fixtures/diffusion/make.py, and measures of closeness. */
import { readFileSync } from 'node:fs';
import type { SamplingChoice } from '../../../gpu/diffusion/plan.ts';
import type { SamplerName } from '../../../gpu/jobs/index.ts';
import { type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';

export interface Packed {
	shape: number[];
	/** Base64 of little-endian fp32. */
	data: string;
}

interface Golden {
	noise: { seed: number; draws: Packed[] }[];
	schedules: { config: Record<string, unknown>; alphasCumprod: Packed }[];
	quantiles: { x0: Packed; ratio: number; maxValue: number; result: Packed }[];
	steps: ({ sampler: SamplerName; eta?: number; t: number; previous: number } & Record<
		'clean' | 'trueNoise' | 'x' | 'noise' | 'variance' | 'result' | 'x0',
		Packed
	>)[];
	samples: {
		sampler: SamplerName;
		eta?: number;
		calls: number;
		scale: number;
		seed: number;
		result: Packed;
		x0: Packed;
	}[];
	solver_samples: (SamplingChoice & {
		/** Changes to DEEPFLOYD_CONFIG. */
		config: Record<string, unknown>;
		scale: number;
		seed: number;
		result: Packed;
	})[];
}

export const golden: Golden = JSON.parse(
	readFileSync(new URL('../../fixtures/diffusion/diffusion.json', import.meta.url), 'utf8'),
);

/** The config of DDPMScheduler(**DEEPFLOYD) in make.py. */
export const DEEPFLOYD_CONFIG = golden.schedules[0].config;

export function unpack({ shape, data }: Packed): Tensor {
	const bytes = Buffer.from(data, 'base64');
	return tensor(new Float32Array(new Uint8Array(bytes).buffer), shape);
}

/** The largest absolute difference; NaN if anything is NaN. */
export function maxDifference(actual: Tensor, expected: Tensor): number {
	return actual.data.reduce((worst, value, i) => {
		const difference = Math.abs(value - expected.data[i]);
		return Number.isNaN(difference) ? Number.NaN : Math.max(worst, difference);
	}, 0);
}

/** RMS of the difference over the RMS of `expected`. */
export function relativeRms(actual: Tensor, expected: Tensor): number {
	let difference = 0;
	let size = 0;
	actual.data.forEach((value, i) => {
		difference += (value - expected.data[i]) ** 2;
		size += expected.data[i] ** 2;
	});
	return Math.sqrt(difference / size);
}
