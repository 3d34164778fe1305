/** Measures of how far two lists of numbers are apart. */

/** ‖a − b‖ / ‖b‖. */
export function relativeRms(a: Float32Array, b: Float32Array): number {
	let [difference, norm] = [0, 0];
	for (let i = 0; i < b.length; i++) {
		difference += (a[i] - b[i]) ** 2;
		norm += b[i] ** 2;
	}
	return Math.sqrt(difference / norm);
}

/** The largest |a − b|; NaN if any number is NaN. */
export function largestError(a: Float32Array, b: Float32Array): number {
	let largest = 0;
	for (let i = 0; i < b.length; i++) {
		const error = Math.abs(a[i] - b[i]);
		if (!(error <= largest)) largest = error;
		if (Number.isNaN(largest)) return largest;
	}
	return largest;
}

/** The cosine of the angle between a and b. */
export function cosine(a: Float32Array, b: Float32Array): number {
	let [product, aa, bb] = [0, 0, 0];
	for (let i = 0; i < b.length; i++) {
		product += a[i] * b[i];
		aa += a[i] ** 2;
		bb += b[i] ** 2;
	}
	return product / Math.sqrt(aa * bb);
}
