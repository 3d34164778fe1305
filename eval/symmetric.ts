/** Eigenvalues and square roots of symmetric matrices, stored row by row. Source: Jacobi's method with cyclic sweeps, Golub & Van Loan, section 8.5. */

/** Convergence is quadratic, so a dozen sweeps reach the limits of double precision. */
const MOST_SWEEPS = 30;

/** The off-diagonal part is negligible below this share of the whole matrix. */
const NEGLIGIBLE = 1e-24;

/** The eigenvalues of a matrix [size · size], unordered. */
export function eigenvalues(matrix: Float64Array, size: number): Float64Array {
	return decompose(matrix, size).values;
}

/** The symmetric square root of `matrix`, whose eigenvalues must not be negative beyond rounding. */
export function symmetricRoot(matrix: Float64Array, size: number): Float64Array {
	const { values, vectors } = decompose(matrix, size);
	const root = new Float64Array(size * size);
	for (let k = 0; k < size; k++) {
		const scale = Math.sqrt(Math.max(0, values[k]));
		for (let i = 0; i < size; i++) {
			const factor = scale * vectors[i * size + k];
			for (let j = 0; j < size; j++) root[i * size + j] += factor * vectors[j * size + k];
		}
	}
	return root;
}

/** Eigenvalues, and eigenvectors as the columns of a matrix. */
function decompose(matrix: Float64Array, size: number) {
	const a = Float64Array.from(matrix);
	const vectors = new Float64Array(size * size);
	for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
	const whole = a.reduce((sum, value) => sum + value * value, 0);
	for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, size) > NEGLIGIBLE * whole; sweep++) {
		for (let p = 0; p < size; p++) {
			for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
		}
	}
	return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors };
}

function offDiagonal(a: Float64Array, size: number): number {
	let sum = 0;
	for (let i = 0; i < size; i++) {
		for (let j = 0; j < size; j++) if (i !== j) sum += a[i * size + j] ** 2;
	}
	return sum;
}

/** Rotates rows and columns p and q of `a` so that a[p, q] becomes zero, and accumulates the rotation in `vectors`. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
	const between = a[p * size + q];
	if (between === 0) return;
	const tau = (a[q * size + q] - a[p * size + p]) / (2 * between);
	const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
	const cosine = 1 / Math.sqrt(1 + tangent * tangent);
	const sine = tangent * cosine;
	const turn = (m: Float64Array, first: number, second: number) => {
		const [x, y] = [m[first], m[second]];
		m[first] = cosine * x - sine * y;
		m[second] = sine * x + cosine * y;
	};
	for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q);
	for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k);
	for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q);
}
