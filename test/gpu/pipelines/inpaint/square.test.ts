import { describe, expect, it } from 'vitest';
import { cutSquare, maskForModel, pasteSquare, squareAround } from '../../../../gpu/pipelines/inpaint/square.ts';
import { map, type Tensor, tensor } from '../../../../gpu/tensor/tensor.ts';

const MODEL = 8;

/** [1, height, width]: 1 in a box, 0 elsewhere. */
function boxed(width: number, height: number, box: { x: number; y: number; w: number; h: number }): Tensor {
	const data = Float32Array.from({ length: height * width }, (_, i) => {
		const [column, row] = [i % width, Math.floor(i / width)];
		return column >= box.x && column < box.x + box.w && row >= box.y && row < box.y + box.h ? 1 : 0;
	});
	return tensor(data, [1, height, width]);
}

describe('the square that the model sees', () => {
	it.each([
		['has the part in its middle, half as long', [100, 60], { x: 40, y: 20, w: 10, h: 4 }, [35, 12, 20]],
		['stays in the picture', [100, 60], { x: 90, y: 0, w: 10, h: 10 }, [80, 0, 20]],
		['is not smaller than the model’s', [100, 60], { x: 50, y: 30, w: 1, h: 1 }, [47, 27, MODEL]],
		[
			'is as large as the picture is high, where that is enough',
			[100, 60],
			{ x: 20, y: 10, w: 44, h: 40 },
			[12, 0, 60],
		],
		['reaches beyond the picture, where that is too little', [100, 60], { x: 20, y: 10, w: 60, h: 20 }, [10, -10, 80]],
		['does not do so for what goes from edge to edge', [60, 100], { x: 0, y: 10, w: 60, h: 20 }, [0, 0, 60]],
		['is all of a wide picture at most', [100, 60], { x: 0, y: 10, w: 99, h: 20 }, [0, -20, 100]],
		['is all of a picture of the model’s size', [MODEL, MODEL], { x: 0, y: 0, w: 1, h: 8 }, [0, 0, MODEL]],
		['is all of a smaller picture', [5, 3], { x: 0, y: 0, w: 1, h: 1 }, [0, 0, 3]],
	] as const)('%s', (_, [width, height], box, [left, top, side]) => {
		expect(squareAround(boxed(width, height, box), MODEL)).toEqual({ left, top, side });
	});

	it('depends only on the outermost pixels', () => {
		const corners = map(boxed(100, 60, { x: 0, y: 0, w: 0, h: 0 }), (_, i) =>
			[10 * 100 + 30, 13 * 100 + 21].includes(i) ? 1 : 0,
		);
		expect(squareAround(corners, MODEL)).toEqual({ left: 16, top: 2, side: 20 });
	});
});

describe('a square of a picture', () => {
	/** Two channels of 4 x 3, whose values are their indices. */
	const picture = tensor(
		Float32Array.from({ length: 24 }, (_, i) => i),
		[2, 3, 4],
	);

	it('is cut from all channels', () => {
		const cut = cutSquare(picture, { left: 1, top: 1, side: 2 });
		expect(cut).toEqual(tensor(Float32Array.of(5, 6, 9, 10, 17, 18, 21, 22), [2, 2, 2]));
	});

	it('repeats the edge beyond the picture', () => {
		const { data } = cutSquare(picture, { left: 0, top: -1, side: 4 });
		expect([...data.subarray(0, 16)]).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
	});

	it.each([
		{ left: 1, top: 1, side: 2 },
		{ left: 0, top: -1, side: 4 },
		{ left: -1, top: -1, side: 6 },
	])('is pasted back where it was cut: %o', (square) => {
		const negative = map(cutSquare(picture, square), (value) => -value);
		const inside = (i: number) => {
			const [x, y] = [i % 4, Math.floor(i / 4) % 3];
			return x >= square.left && x < square.left + square.side && y >= square.top && y < square.top + square.side;
		};
		expect(pasteSquare(picture, negative, square)).toEqual(map(picture, (value, i) => (inside(i) ? -value : value)));
	});
});

describe('a mask at the model’s size', () => {
	const rows = ({ data }: Tensor) =>
		Array.from({ length: MODEL }, (_, row) => data.subarray(row * MODEL, (row + 1) * MODEL).join(''));

	it('is unchanged if nothing is resized', () => {
		const mask = boxed(MODEL, MODEL, { x: 2, y: 3, w: 2, h: 1 });
		expect(maskForModel(mask, MODEL)).toEqual(mask);
	});

	it('includes every pixel that it influences', () => {
		// Four pixels make one of the model's. Column 9 is in the third, and also influences the second.
		expect(rows(maskForModel(boxed(32, 32, { x: 9, y: 0, w: 1, h: 32 }), MODEL))).toEqual(
			Array(MODEL).fill('01100000'),
		);
		const dot = rows(maskForModel(boxed(32, 32, { x: 31, y: 6, w: 1, h: 1 }), MODEL));
		expect(dot).toEqual(['00000000', '00000001', '00000001', ...Array(MODEL - 3).fill('00000000')]);
	});

	it('includes the pixels between those of a smaller picture', () => {
		expect(rows(maskForModel(boxed(4, 4, { x: 0, y: 0, w: 2, h: 4 }), MODEL))).toEqual(Array(MODEL).fill('11111000'));
	});
});
