/** How far apart two tokens are, in steps that grow with the distance. Source: Raffel et al. 2019, section 2.1. */
import type { T5Config } from './config.ts';

type BucketConfig = Pick<T5Config, 'relative_attention_num_buckets' | 'relative_attention_max_distance'>;

/**
 * The bucket of every pair of n tokens, row = query, column = key: int32 [n · n].
 *
 * Half of the buckets are for keys after the query. Half of those stand for one distance each; the others grow with its
 * logarithm up to the largest distance, beyond which there is only one. Rounds as transformers does, in fp32.
 */
export function relativeBuckets(n: number, config: BucketConfig): Int32Array {
	const { fround, log, floor, min, abs } = Math;
	const half = floor(config.relative_attention_num_buckets / 2);
	const exact = floor(half / 2);
	const range = fround(log(config.relative_attention_max_distance / exact));
	const bucketOf = (distance: number) => {
		if (distance < exact) return distance;
		const growth = fround(fround(fround(log(fround(distance / exact))) / range) * (half - exact));
		return min(exact + floor(growth), half - 1);
	};
	return Int32Array.from({ length: n * n }, (_, i) => {
		const relative = (i % n) - floor(i / n);
		return (relative > 0 ? half : 0) + bucketOf(abs(relative));
	});
}
