/** Guesses how long an evaluation of a model takes, until one has been timed on this machine. */
import { availableParallelism } from 'node:os';
import type { Device, Provider } from '../device.ts';
import type { ModelSummary } from '../queue/runner.ts';

/**
 * Seconds per parameter and pixel, from IF-I-M (372 million parameters, 64 x 64) in bench/RESULTS.md: on the CPU 7.38 seconds
 * on one core for an evaluation of two samples, on an H100 17.51 ms. For stage II this guess is 4 times too long. WebGPU was
 * never measured.
 */
const SECONDS: Readonly<Partial<Record<Provider, number>>> = {
	cpu: 7.38 / 2 / (372e6 * 64 ** 2),
	cuda: 0.01751 / 2 / (372e6 * 64 ** 2),
};

/** Seconds per evaluation; undefined for providers that were not measured. */
export function guessedPace(
	{ parameters, sampleSize }: Pick<ModelSummary, 'parameters' | 'sampleSize'>,
	{ provider, threads = availableParallelism() }: Device,
): number | undefined {
	const seconds = SECONDS[provider];
	if (seconds === undefined) return undefined;
	return (seconds * parameters * sampleSize ** 2) / (provider === 'cpu' ? threads : 1);
}
