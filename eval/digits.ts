/** How good the digit networks are, by a judge that was trained like them and has never seen the test digits. */

import { MersenneTwister } from '../gpu/diffusion/mersenne-twister.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { DENOISER_SIGMA } from '../gpu/jobs/index.ts';
import { asOneStepDenoiser, DIGIT_SHAPE } from '../gpu/models/digits/denoiser.ts';
import type { DigitNetwork } from '../gpu/models/digits/network.ts';
import { CLASSES } from '../gpu/models/digits/unet.ts';
import { blurred } from '../gpu/pipelines/denoise/gaussian.ts';
import { sampleBatch } from '../gpu/pipelines/digits/sample-batch.ts';
import type { Reading, Way } from '../gpu/pipelines/digits/way.ts';
import { withPsnr } from '../gpu/pipelines/with-psnr.ts';
import { asPicture } from '../gpu/tensor/grey.ts';
import { combine } from '../gpu/tensor/tensor.ts';
import { gather } from '../gpu/training/batches.ts';
import { type Digits, digitAt } from '../gpu/training/mnist.ts';
import { frechetDistance } from './frechet.ts';
import { accuracy, featuresAt, type Judged, judge, spread } from './judged.ts';

/** Digits that are sampled side by side. */
const AT_ONCE = 250;

export interface SampleFigures {
	readonly count: number;
	/** The share that the judge reads as the digit that was asked for. */
	readonly right: number;
	/** The same for each digit, [10]. */
	readonly rightOf: readonly number[];
	/** Distances from the test digits in the judge's features: of the samples, of as many training digits, and of as much noise. */
	readonly frechet: { readonly samples: number; readonly floor: number; readonly ceiling: number };
	/** The spread of a digit's samples as a share of the spread of its test digits; the mean over the digits. */
	readonly diversity: number;
}

/** The share of the test digits that the judge reads right. */
export async function judgeFigures(network: DigitNetwork, test: Digits): Promise<number> {
	const { read } = await judge(network, all(test));
	return accuracy(read, test.labels);
}

interface Sampling {
	readonly way: Way;
	readonly judgeNetwork: DigitNetwork;
	readonly seed: number;
}

/** @param perDigit how many samples of each digit, at least 2 */
export async function sampleFigures(
	{ way, judgeNetwork, seed }: Sampling,
	{ train, test }: { readonly train: Digits; readonly test: Digits },
	perDigit: number,
	log: (line: string) => void,
): Promise<SampleFigures> {
	const labels = Array.from({ length: perDigit * CLASSES }, (_, i) => i % CLASSES);
	const wanted = labels.map((digit) => [{ digit }]);
	const samples = await sample(way, wanted, seed, log);
	const real = await judge(judgeNetwork, all(test));
	const drawn = await judge(judgeNetwork, samples);
	const others = await judge(judgeNetwork, gather(train, someOf(train.count, labels.length, seed)));
	const noise = new TorchGenerator(seed).randn([samples.length]).data.map((value) => Math.min(1, Math.max(0, value)));
	const ceiling = await judge(judgeNetwork, noise);
	const ofDigit = (digits: ArrayLike<number>, digit: number) =>
		Array.from(digits, (_, i) => i).filter((i) => digits[i] === digit);
	const perClass = <T>(measure: (digit: number) => T) => Array.from({ length: CLASSES }, (_, digit) => measure(digit));
	const spreadOf = (judged: Judged, digits: ArrayLike<number>, digit: number) =>
		spread(featuresAt(judged, ofDigit(digits, digit)));
	const ratios = perClass((digit) => spreadOf(drawn, labels, digit) / spreadOf(real, test.labels, digit));
	return {
		count: labels.length,
		right: accuracy(drawn.read, labels),
		rightOf: perClass((digit) => {
			const indices = ofDigit(labels, digit);
			return accuracy(
				indices.map((i) => drawn.read[i]),
				indices.map(() => digit),
			);
		}),
		frechet: {
			samples: frechetDistance(drawn.features, real.features),
			floor: frechetDistance(others.features, real.features),
			ceiling: frechetDistance(ceiling.features, real.features),
		},
		diversity: ratios.reduce((sum, ratio) => sum + ratio, 0) / CLASSES,
	};
}

export interface DenoiserFigures {
	readonly count: number;
	/** All are mean PSNRs in dB against the clean test digits. */
	readonly noisy: number;
	/** With the blur that is best for all digits. */
	readonly alike: number;
	/** With the best blur for each digit. */
	readonly blurred: number;
	/** By the network. */
	readonly denoised: number;
}

/** Standard deviations in pixels: 0.4, 0.5 … 2. */
const BLURS = Array.from({ length: 17 }, (_, i) => (i + 4) / 10);

/** Compares one step at σ 0.5 with Gaussian blurs, on the first `count` test digits. */
export async function denoiserFigures(
	network: DigitNetwork,
	test: Digits,
	count: number,
	seed: number,
): Promise<DenoiserFigures> {
	const oneStep = asOneStepDenoiser(network);
	const source = new TorchGenerator(seed);
	const rows = Array.from({ length: count }, async (_, i) => {
		const digit = digitAt(test, i);
		const original = asPicture(digit);
		const x = combine(1, digit, DENOISER_SIGMA, source.randn(DIGIT_SHAPE));
		const noisy = { ...withPsnr(asPicture(x), original, { seed, role: 'noisy' }), t: 0 };
		const denoised = withPsnr(asPicture(await oneStep.clean(x)), original, { seed });
		const blurs = BLURS.map((sigma) => blurred(noisy, original, { sigma }));
		return [noisy, blurred(noisy, original, {}), denoised, ...blurs].map(({ psnr }) => psnr!);
	});
	const sums = (await Promise.all(rows)).reduce((total, row) => total.map((value, i) => value + row[i]));
	const [noisy, blur, denoised, ...blurs] = sums.map((sum) => sum / count);
	return { count, noisy, alike: Math.max(...blurs), blurred: blur, denoised };
}

/** What samples of a network that is not told the digit can be measured by. */
export interface FreeSampleFigures {
	/** Fréchet distance from the test digits, in the judge's features. */
	readonly frechet: number;
	/** How many of the samples the judge reads as each digit, [10]. */
	readonly counts: readonly number[];
}

export async function freeSampleFigures(
	{ way, judgeNetwork, seed }: Sampling,
	test: Digits,
	count: number,
	log: (line: string) => void,
): Promise<FreeSampleFigures> {
	const wanted = Array.from({ length: count }, () => [{}]);
	const drawn = await judge(judgeNetwork, await sample(way, wanted, seed, log));
	const real = await judge(judgeNetwork, all(test));
	const counts = Array.from({ length: CLASSES }, (_, digit) => drawn.read.filter((read) => read === digit).length);
	return { frechet: frechetDistance(drawn.features, real.features), counts };
}

/** Samples that each show these readings, [N, 1, 28, 28], clamped to [0, 1] like pictures. */
async function sample(
	way: Way,
	wanted: readonly (readonly Reading[])[],
	seed: number,
	log: (line: string) => void,
): Promise<Float32Array> {
	const parts: number[] = [];
	for (let start = 0; start < wanted.length; start += AT_ONCE) {
		const readings = wanted.slice(start, start + AT_ONCE);
		const { digits } = await sampleBatch({ way, readings, seed: seed + start }, { onStep: () => {} });
		for (const { data } of digits) parts.push(...data.map((value) => Math.min(1, Math.max(0, value))));
		log(`sampled ${start + digits.length} of ${wanted.length} digits`);
	}
	return Float32Array.from(parts);
}

const all = (digits: Digits) =>
	gather(
		digits,
		Array.from({ length: digits.count }, (_, i) => i),
	);

/** Different indices below `count`, chosen by the seed. */
function someOf(count: number, wanted: number, seed: number): number[] {
	const engine = new MersenneTwister(seed);
	const chosen = new Set<number>();
	while (chosen.size < Math.min(wanted, count)) chosen.add(engine.next() % count);
	return [...chosen];
}
