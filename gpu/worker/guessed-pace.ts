/** How long an evaluation of a model will take, before one was ever timed on this machine. */
import { availableParallelism } from 'node:os';
import type { Device, Provider } from '../device.ts';
import type { ModelSummary } from '../queue/runner.ts';

/**
 * Seconds for a parameter and a pixel, from IF-I-M (372 million parameters, 64 x 64) in bench/RESULTS.md: on the CPU 7.38
 * seconds of one core for an evaluation of two samples, on an H100 17.51 ms. By the same a stage II seems to take 4 times as
 * long as it does. WebGPU was never measured.
 */
const SECONDS: Readonly<Partial<Record<Provider, number>>> = {
	cpu: 7.38 / 2 / (372e6 * 64 ** 2),
	cuda: 0.01751 / 2 / (372e6 * 64 ** 2),
};

/** In seconds; undefined where nothing was measured. */
export function guessedPace(
	{ parameters, sampleSize }: Pick<ModelSummary, 'parameters' | 'sampleSize'>,
	{ provider, threads = availableParallelism() }: Device,
): number | undefined {
	const seconds = SECONDS[provider];
	if (seconds === undefined) return undefined;
	return (seconds * parameters * sampleSize ** 2) / (provider === 'cpu' ? threads : 1);
}
