import { describe, expect, it } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import { UserError } from '../../../gpu/errors.ts';
import { gaussianBlur } from '../../../gpu/tensor/blur.ts';
import { combine, map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';
import { parseView, VIEW_NAMES, VIEWS, type ViewName } from '../../../gpu/views/index.ts';
import { permutationView } from '../../../gpu/views/permutation.ts';
import { SHUFFLE_SEED, shuffler } from '../../../gpu/views/shuffle.ts';
import { maxDifference } from '../diffusion/golden.ts';

/** The sides of digits, stage I and stage II. */
const SIZES = [28, 64, 256];

function dot(a: Tensor, b: Tensor): number {
	return a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
}

/** 1, 2, 3, … row by row, [1, S, S]. All are exact in fp32. */
function positions(size: number): Tensor {
	return tensor(
		Float32Array.from({ length: size * size }, (_, i) => i + 1),
		[1, size, size],
	);
}

/** The means of 4 x 4 blocks, [C, 256, 256] -> [C, 64, 64]. */
function halveTwice({ data, shape: [channels, size] }: Tensor): Tensor {
	const small = size / 4;
	const result = new Float32Array(channels * small ** 2);
	data.forEach((value, i) => {
		const [channel, row, column] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
		result[(channel * small + Math.floor(row / 4)) * small + Math.floor(column / 4)] += value / 16;
	});
	return tensor(result, [channels, small, small]);
}

describe.each(VIEW_NAMES)('the view %s', (name) => {
	it.each(SIZES)('has an exact inverse at %d', (size) => {
		const view = VIEWS[name].create(size);
		const x = new TorchGenerator(size).randn([3, size, size]);
		const seen = view.apply(x);
		expect(seen.shape).toEqual(x.shape);
		expect(maxDifference(seen, x)).toBeGreaterThan(1);
		expect(maxDifference(view.invertNoise(seen), x)).toBe(0);
		expect(maxDifference(view.apply(view.invertNoise(x)), x)).toBe(0);
	});

	it.each(SIZES)('is orthogonal at %d: it uses every pixel once, and its inverse is the transpose', (size) => {
		const view = VIEWS[name].create(size);
		const taken = map(view.apply(positions(size)), Math.abs);
		expect(maxDifference(tensor(taken.data.toSorted(), taken.shape), positions(size))).toBe(0);
		const generator = new TorchGenerator(size + 1);
		const x = generator.randn([1, size, size]);
		const y = generator.randn([1, size, size]);
		expect(maxDifference(view.apply(combine(2, x, 3, y)), combine(2, view.apply(x), 3, view.apply(y)))).toBe(0);
		expect(dot(view.apply(x), view.apply(y))).toBeCloseTo(dot(x, y), 6);
		expect(dot(view.apply(x), y)).toBeCloseTo(dot(x, view.invertNoise(y)), 6);
	});

	it.each(SIZES)('moves variances back to their pixels at %d without changing their sign', (size) => {
		const view = VIEWS[name].create(size);
		const back = view.invertVariance(map(view.apply(positions(size)), Math.abs));
		expect(maxDifference(back, positions(size))).toBe(0);
	});

	it('treats any number of channels alike', () => {
		const view = VIEWS[name].create(28);
		const one = new TorchGenerator(3).randn([1, 28, 28]);
		const seen = view.apply(one);
		const two = view.apply(tensor(Float32Array.of(...one.data, ...one.data), [2, 28, 28]));
		expect(two.data).toEqual(Float32Array.of(...seen.data, ...seen.data));
	});

	it('shows the same at 256 and at 64', () => {
		const large = new TorchGenerator(5).randn([1, 256, 256]);
		const seen = halveTwice(VIEWS[name].create(256).apply(large));
		expect(maxDifference(seen, VIEWS[name].create(64).apply(halveTwice(large)))).toBeLessThan(1e-6);
	});
});

/** The view of a picture of side `size` with the pixels 1, 2, 3, … */
function seenOf(name: ViewName, size: number): number[] {
	return [...VIEWS[name].create(size).apply(positions(size)).data];
}

describe('the views of whole sheets', () => {
	it.each([
		['flip', [7, 8, 9, 4, 5, 6, 1, 2, 3]],
		['rotate_180', [9, 8, 7, 6, 5, 4, 3, 2, 1]],
		['rotate_cw', [7, 4, 1, 8, 5, 2, 9, 6, 3]],
		['rotate_ccw', [3, 6, 9, 2, 5, 8, 1, 4, 7]],
		['negate', [-1, -2, -3, -4, -5, -6, -7, -8, -9]],
	] as const)('%s', (name, expected) => {
		expect(seenOf(name, 3)).toEqual(expected);
	});
});

describe('skew', () => {
	it('rolls every column down by 1.5 pixels more than the one before, truncated towards the middle', () => {
		// Columns 0..3 roll by trunc(1.5 · (column − 2)) = −3, −1, 0, 1 rows.
		expect(seenOf('skew', 4)).toEqual([13, 6, 3, 16, 1, 10, 7, 4, 5, 14, 11, 8, 9, 2, 15, 12]);
	});
});

describe('the shuffled views', () => {
	it('shuffle like numpy, always in the same order', () => {
		const shuffle = shuffler(SHUFFLE_SEED); // numpy.random.RandomState(4522)
		expect([...shuffle(4)]).toEqual([3, 2, 1, 0]);
		expect([...shuffle(4)]).toEqual([3, 2, 1, 0]);
		expect([...shuffle(8)]).toEqual([7, 5, 3, 1, 0, 4, 2, 6]);
	});

	it('move whole squares: 8 x 8 of them at 64, 7 x 7 at 28', () => {
		for (const [size, side] of [
			[64, 8],
			[28, 4],
		]) {
			const seen = seenOf('patch_permute', size);
			seen.forEach((value, i) => {
				if (i % size === size - 1 || (i % size) % side === side - 1) return;
				expect(seen[i + 1]).toBe(value + 1);
			});
			expect(seen[0] % side).toBe(1);
		}
	});

	it('move every square of patch_permute and every piece of jigsaw', () => {
		const patches = seenOf('patch_permute', 64);
		for (let i = 0; i < 64; i++) {
			const pixel = Math.floor(i / 8) * 8 * 64 + (i % 8) * 8;
			expect(patches[pixel]).not.toBe(pixel + 1);
		}
		const pieces = seenOf('jigsaw', 64);
		for (let i = 0; i < 16; i++) {
			const middle = (Math.floor(i / 4) * 16 + 8) * 64 + (i % 4) * 16 + 8;
			expect(pieces[middle]).not.toBe(middle + 1);
		}
	});
});

describe('jigsaw', () => {
	const size = 64;
	const seen = seenOf('jigsaw', size);
	/** The square of the board from which the pixel at (row, column) came. */
	const origin = (row: number, column: number) => {
		const source = seen[row * size + column] - 1;
		return [Math.floor(source / size / 16), Math.floor((source % size) / 16)];
	};
	const onRim = (square: readonly number[]) =>
		square.filter((coordinate) => coordinate === 0 || coordinate === 3).length;

	it('puts corners in corners, edges at edges and inner pieces inside, straight sides outwards', () => {
		for (let row = 8; row < size; row += 16) {
			for (let column = 8; column < size; column += 16) {
				expect(onRim(origin(row, column))).toBe(onRim([Math.floor(row / 16), Math.floor(column / 16)]));
			}
		}
		for (let i = 0; i < size; i++) {
			const source = seen[i] - 1;
			expect([Math.floor(source / size) % (size - 1), (source % size) % (size - 1)]).toContain(0);
		}
	});

	it('has tabs: some pixels near a seam belong to the piece on the other side', () => {
		// The lower left corner moved to the upper left; its tab extends 2 pixels beyond the seam.
		const turnedFrom = (row: number, column: number) => (size - 1 - column) * size + row + 1;
		expect(seen[8 * size + 8]).toBe(turnedFrom(8, 8));
		expect(seen[8 * size + 18]).toBe(turnedFrom(8, 18));
		expect(seen[2 * size + 18]).not.toBe(turnedFrom(2, 18));
		const whole = [...Array(size).keys()].filter((row) => {
			const [left, right] = [seen[row * size + 15], seen[row * size + 16]];
			const apart = Math.abs(left - right);
			return apart === 1 || apart === size;
		});
		expect(whole.length).toBeGreaterThan(8);
		expect(whole.length).toBeLessThan(32);
	});

	it('requires pieces of one size', () => {
		expect(() => VIEWS.jigsaw.create(30)).toThrow("a jigsaw's side must be a multiple of 4 pixels, got 30");
	});
});

describe('inner_circle', () => {
	it('turns a disc with a radius of three eighths of the side upside down, and keeps the rest', () => {
		const seen = seenOf('inner_circle', 64);
		const stayed = seen.filter((value, i) => value === i + 1).length;
		expect((64 ** 2 - stayed) / 64 ** 2).toBeCloseTo(Math.PI * (3 / 8) ** 2, 2);
		const at = (row: number, column: number) => row * 64 + column;
		expect(seen[at(31, 8)]).toBe(at(32, 55) + 1);
		expect(seen[at(31, 7)]).toBe(at(31, 7) + 1);
	});
});

describe('square_hinge', () => {
	it('turns nine squares by a quarter turn in alternating directions', () => {
		const at = (row: number, column: number) => row * 64 + column + 1;
		const seen = seenOf('square_hinge', 64);
		expect(seen[0]).toBe(at(20, 0)); // clockwise: the lower left corner moves up
		expect(seen[21]).toBe(at(0, 41)); // anticlockwise: the upper right corner moves left
		expect(seen[at(21, 21) - 1]).toBe(at(41, 21));
		expect(seen[63]).toBe(at(0, 63)); // the leftover column
	});
});

describe('permutationView', () => {
	it('undoes permutations that are not their own inverse', () => {
		const roll = permutationView(3, (row, column) => [row, (column + 1) % 3]);
		const x = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), [1, 3, 3]);
		expect([...roll.apply(x).data]).toEqual([2, 3, 1, 5, 6, 4, 8, 9, 7]);
		expect([...roll.invertNoise(x).data]).toEqual([3, 1, 2, 6, 4, 5, 9, 7, 8]);
		expect(roll.invertNoise(roll.apply(x))).toEqual(x);
	});

	it('rejects a map that uses a pixel twice or one that does not exist', () => {
		expect(() => permutationView(2, () => [0, 0])).toThrow('not a permutation: pixel 0');
		expect(() => permutationView(2, (row, column) => [row + 1, column])).toThrow('not a permutation: pixel 4');
	});

	it('rejects pictures of another size', () => {
		const view = permutationView(2, (row, column) => [row, column]);
		expect(() => view.apply(new TorchGenerator(0).randn([1, 3, 3]))).toThrow('[C, 2, 2], got [1,3,3]');
	});
});

describe('parseView', () => {
	it('accepts every name of the table, in any case and with surrounding spaces', () => {
		for (const name of VIEW_NAMES) expect(parseView(` ${name.toUpperCase()} `)).toBe(name);
	});

	it('lists the views for an unknown name', () => {
		expect(() => parseView('flpi')).toThrow(UserError);
		expect(() => parseView('flpi')).toThrow(/^There is no view "flpi"; the views are: flip, rotate_180/);
		expect(() => parseView('kaleidoscope')).toThrow(/^There is no view "kaleidoscope"; the views are: flip/);
		expect(() => parseView('toString')).toThrow('There is no view "toString"');
	});

	it.each([
		['blur', 'a blur averages away the noise'],
		['gaussian_blur', 'a blur averages away the noise'],
		['rotate_45', 'only quarter turns'],
		['bilinear', 'only quarter turns'],
		['scale', 'a change of size'],
		['zoom', 'a change of size'],
		['white_balance', 'stronger or weaker'],
	])('says why %s cannot be a view', (name, reason) => {
		expect(() => parseView(name)).toThrow(UserError);
		expect(() => parseView(name)).toThrow(`"${name}" cannot be a view: `);
		expect(() => parseView(name)).toThrow(reason);
		expect(() => parseView(name)).toThrow('; the views are: flip');
	});

	it('has no such reason for existing views', () => {});
});

describe('impossible views', () => {
	const noise = new TorchGenerator(9).randn([3, 64, 64]);
	const variance = (x: Tensor) => dot(x, x) / x.data.length;

	it('turn noise into noise of another strength', () => {
		expect(variance(noise)).toBeCloseTo(1, 1);
		expect(variance(gaussianBlur(noise, 33, 2))).toBeLessThan(0.1);
		// Turning by 45 degrees interpolates bilinearly, so each pixel is a mean of four.
		expect(variance(turnedBetweenPixels(noise))).toBeLessThan(0.7);
		expect(variance(map(noise, (value) => 1.5 * value))).toBeGreaterThan(2);
	});

	it('include scaling, which repeats values, unlike independent noise', () => {
		const enlarged = picked(noise, (row, column) => [16 + Math.floor(row / 2), 16 + Math.floor(column / 2)]);
		let correlation = 0;
		for (let i = 0; i < enlarged.data.length; i += 2) correlation += enlarged.data[i] * enlarged.data[i + 1];
		expect(correlation / (enlarged.data.length / 2) / variance(enlarged)).toBeCloseTo(1, 6);
	});
});

/** Takes each pixel from `source(row, column)`, perhaps one twice. [C, S, S] */
function picked(x: Tensor, source: (row: number, column: number) => readonly [number, number]): Tensor {
	const [, size] = x.shape;
	return map(x, (_, i) => {
		const [row, column] = source(Math.floor(i / size) % size, i % size);
		return x.data[Math.floor(i / size ** 2) * size ** 2 + row * size + column];
	});
}

/** The inner half of x, turned by 45 degrees with bilinear interpolation. [C, S, S] -> [C, S/2, S/2] */
function turnedBetweenPixels(x: Tensor): Tensor {
	const [channels, size] = x.shape;
	const half = size / 2;
	const data = Float32Array.from({ length: channels * half * half }, (_, i) => {
		const [down, right] = [(Math.floor(i / half) % half) - half / 2, (i % half) - half / 2];
		const row = half + (down - right) * Math.SQRT1_2;
		const column = half + (down + right) * Math.SQRT1_2;
		const at = (r: number, c: number) => x.data[(Math.floor(i / half ** 2) * size + r) * size + c];
		const [r, c] = [Math.floor(row), Math.floor(column)];
		const [y, z] = [row - r, column - c];
		return (1 - y) * ((1 - z) * at(r, c) + z * at(r, c + 1)) + y * ((1 - z) * at(r + 1, c) + z * at(r + 1, c + 1));
	});
	return tensor(data, [channels, half, half]);
}
