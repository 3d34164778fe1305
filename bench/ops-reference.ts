/** Operations in plain TypeScript and double precision, to compare a device's kernels with. */
import { type Tensor, tensor } from '../gpu/tensor/tensor.ts';

/** Stride 1, zero padding. x [B, Cin, H, W], weight [Cout, Cin, k, k], bias [Cout] -> [B, Cout, H, W] for padding (k − 1) / 2. */
export function conv([x, weight, bias]: readonly Tensor[], padding: number): Tensor {
	const [batch, channels, height, width] = x.shape;
	const [filters, , kernel] = weight.shape;
	const out = new Float32Array(batch * filters * height * width);
	let at = 0;
	for (let b = 0; b < batch; b++)
		for (let f = 0; f < filters; f++)
			for (let i = 0; i < height; i++)
				for (let j = 0; j < width; j++) {
					let sum = bias.data[f];
					for (let c = 0; c < channels; c++)
						for (let u = 0; u < kernel; u++)
							for (let v = 0; v < kernel; v++) {
								const [row, column] = [i + u - padding, j + v - padding];
								if (row < 0 || column < 0 || row >= height || column >= width) continue;
								sum +=
									x.data[((b * channels + c) * height + row) * width + column] *
									weight.data[((f * channels + c) * kernel + u) * kernel + v];
							}
					out[at++] = sum;
				}
	return tensor(out, [batch, filters, height, width]);
}

/** x [rows, in] · weightᵀ + bias, weight [out, in]. */
export function linear([x, weight, bias]: readonly Tensor[]): Tensor {
	const [rows, depth] = x.shape;
	const [columns] = weight.shape;
	const out = new Float32Array(rows * columns);
	for (let i = 0; i < rows; i++)
		for (let j = 0; j < columns; j++) {
			let sum = bias.data[j];
			for (let k = 0; k < depth; k++) sum += x.data[i * depth + k] * weight.data[j * depth + k];
			out[i * columns + j] = sum;
		}
	return tensor(out, [rows, columns]);
}

/** softmax(q · kᵀ / √d) · v for every head: q [B, n, c], k and v [B, m, c] -> [B, n, c]. */
export function multiHeadAttention([q, k, v]: readonly Tensor[], heads: number): Tensor {
	const [batch, queries, width] = q.shape;
	const keys = k.shape[1];
	const d = width / heads;
	const out = new Float32Array(q.data.length);
	for (let b = 0; b < batch; b++)
		for (let h = 0; h < heads; h++)
			for (let i = 0; i < queries; i++) {
				const query = (b * queries + i) * width + h * d;
				const scores = Float64Array.from({ length: keys }, (_, j) => {
					let sum = 0;
					for (let e = 0; e < d; e++) sum += q.data[query + e] * k.data[(b * keys + j) * width + h * d + e];
					return sum / Math.sqrt(d);
				});
				const most = scores.reduce((a, s) => Math.max(a, s));
				const weights = scores.map((score) => Math.exp(score - most));
				const total = weights.reduce((a, w) => a + w);
				for (let e = 0; e < d; e++) {
					let sum = 0;
					for (let j = 0; j < keys; j++) sum += weights[j] * v.data[(b * keys + j) * width + h * d + e];
					out[query + e] = sum / total;
				}
			}
	return tensor(out, q.shape);
}

/** x · Φ(x) */
export function gelu([x]: readonly Tensor[]): Tensor {
	return tensor(
		x.data.map((value) => (value * (1 + erf(value / Math.SQRT2))) / 2),
		x.shape,
	);
}

/** 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!, whose terms all have one sign; beyond 6 it is ±1 to 1e-16. */
function erf(x: number): number {
	if (Math.abs(x) > 6) return Math.sign(x);
	let [term, sum] = [x, x];
	for (let n = 1; Math.abs(term) > 1e-16 * Math.abs(sum); n++) {
		term *= (2 * x * x) / (2 * n + 1);
		sum += term;
	}
	return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** (x − mean) / √(variance + epsilon) over the last axis, · scale + bias: x [B, C, n], scale and bias [C]. */
export function instanceNormalization([x, scale, bias]: readonly Tensor[], epsilon: number): Tensor {
	const [batch, channels, count] = x.shape;
	const out = new Float32Array(x.data.length);
	for (let row = 0; row < batch * channels; row++) {
		const values = x.data.subarray(row * count, (row + 1) * count);
		const mean = values.reduce((sum, value) => sum + value, 0) / count;
		const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
		const [gain, offset] = [scale.data[row % channels], bias.data[row % channels]];
		for (let i = 0; i < count; i++) {
			out[row * count + i] = ((values[i] - mean) / Math.sqrt(variance + epsilon)) * gain + offset;
		}
	}
	return tensor(out, x.shape);
}
