/** Takes the measurements of networks whose behaviour is known. */
import { beforeAll, describe, expect, it } from 'vitest';
import { denoiserFigures, judgeFigures, sampleFigures } from '../../eval/digits.ts';
import { DIGIT_SCHEDULE, DIGIT_TIMESTEPS } from '../../gpu/diffusion/digit-schedule.ts';
import { asDigitDenoiser } from '../../gpu/models/digits/denoiser.ts';
import type { DigitNetwork, NetworkInputs } from '../../gpu/models/digits/network.ts';
import { diffusionWay } from '../../gpu/pipelines/digits/way.ts';
import { type Tensor, tensor } from '../../gpu/tensor/tensor.ts';
import { type Digits, loadMnist } from '../../gpu/training/mnist.ts';

const AREA = 784;

/** A network that calls `answer` for each example. */
function network(
	answer: (x: Float32Array, t: number, c: Float32Array) => { output: number[]; features?: number[] },
): DigitNetwork {
	const stack = (rows: number[][], shape: number[]): Tensor =>
		tensor(Float32Array.from(rows.flat()), [rows.length, ...shape]);
	return {
		async run({ x, t, c }: NetworkInputs) {
			const answers = Array.from({ length: x.shape[0] }, (_, i) =>
				answer(
					x.data.subarray(i * AREA, (i + 1) * AREA),
					t?.data[i] ?? 0,
					c?.data.subarray(i * 10, (i + 1) * 10) ?? new Float32Array(10),
				),
			);
			const outputs = answers.map(({ output }) => output);
			const output = stack(outputs, outputs[0].length === AREA ? [1, 28, 28] : [outputs[0].length]);
			const features = answers.flatMap((each) => (each.features ? [each.features] : []));
			return { output, ...(features.length > 0 && { features: stack(features, [features[0].length]) }) };
		},
		close: async () => {},
	};
}

/** Reads a digit from the share of ink: n tenths mean n. Its features are the mean and one pixel. */
const judge = network((x) => {
	const mean = x.reduce((sum, value) => sum + value, 0) / AREA;
	const read = Math.min(9, Math.round(10 * mean));
	return { output: Array.from({ length: 10 }, (_, digit) => (digit === read ? 1 : 0)), features: [mean, x[0]] };
});

/** Digits that this judge reads right, except for every fifth from 50 on. */
function inked(count: number): Digits {
	const labels = Uint8Array.from({ length: count }, (_, n) => n % 10);
	const levels = Uint8Array.from({ length: count * AREA }, (_, i) => {
		const n = Math.floor(i / AREA);
		return n % 5 === 4 && n >= 50 ? 0 : (i * 7) % 10 < labels[n] ? 255 : 0;
	});
	return { count, levels, labels };
}

describe('figures', () => {
	it('give the share of digits that the judge reads right', async () => {
		expect(await judgeFigures(judge, inked(50))).toBe(1);
		expect(await judgeFigures(judge, inked(100))).toBe(0.9);
	});

	it('give the share of samples that show the right digit, and their distance from real digits', async () => {
		// Draws the digit that it is given, except a 7 for every 3.
		const draws = network((x, t, c) => {
			const told = c.indexOf(1);
			const ink = (told === 3 ? 7 : told) / 10;
			const alphaCumprod = DIGIT_SCHEDULE.alphasCumprod[Math.round(t * DIGIT_TIMESTEPS)];
			return { output: [...x].map((value) => (value - Math.sqrt(alphaCumprod) * ink) / Math.sqrt(1 - alphaCumprod)) };
		});
		const way = diffusionWay(asDigitDenoiser(draws), { guidanceScale: 1, signal: new AbortController().signal });
		const digits = { train: inked(50), test: inked(50) };
		const log: string[] = [];
		const figures = await sampleFigures({ way, judgeNetwork: judge, seed: 1 }, digits, 2, (line) => log.push(line));
		expect(figures.count).toBe(20);
		expect(figures.right).toBe(0.9);
		expect(figures.rightOf).toEqual([1, 1, 1, 0, 1, 1, 1, 1, 1, 1]);
		expect(figures.frechet.floor).toBeLessThan(figures.frechet.samples);
		expect(log).toEqual(['sampled 20 of 20 digits']);
	}, 60_000);

	let test: Digits;
	beforeAll(async () => {
		test = await loadMnist('test');
	});

	it('compare the PSNR of a denoiser with that of the best blur', async () => {
		const keeps = network((x) => ({ output: [...x] }));
		const figures = await denoiserFigures(keeps, test, 5, 1);
		expect(figures.denoised).toBeCloseTo(figures.noisy, 10);
		expect(figures.blurred).toBeGreaterThan(figures.noisy + 1);
		expect(figures.alike).toBeGreaterThan(figures.noisy + 1);
		const thresholds = network((x) => ({ output: [...x].map((value) => (value > 0.9 ? 1 : 0)) }));
		expect((await denoiserFigures(thresholds, test, 5, 1)).denoised).not.toBeCloseTo(figures.noisy, 1);
	});
});
