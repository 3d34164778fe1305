import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { readMask, regionMask } from '../../../../gpu/pipelines/inpaint/mask.ts';
import type { Fit, Size } from '../../../../gpu/tensor/fit.ts';
import { SIDE } from '../toy.ts';

const IMAGE = 'a'.repeat(64);
const MASK = 'b'.repeat(64);

/** The side of the model's pictures. */
const MODEL = { width: SIDE, height: SIDE };

/** A picture whose pixel at (x, y), both 0..1, is white, or transparent for `alpha`, where `inside` is true. */
function drawn(width: number, height: number, inside: (x: number, y: number) => boolean, alpha = false) {
	const pixels = new Uint8Array(width * height * 4).fill(255);
	for (let i = 0; i < width * height; i++) {
		const hit = inside(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height);
		if (alpha) pixels[i * 4 + 3] = hit ? 0 : 255;
		else pixels.fill(hit ? 255 : 0, i * 4, i * 4 + 3);
	}
	return sharp(pixels, { raw: { width, height, channels: 4 } })
		.png()
		.toBuffer();
}

const opaque = (width: number, height: number) => drawn(width, height, () => false);

/** The rows of the mask at the model's size, or at that of the whole picture, followed by the notes. */
async function read(
	area: JobOf<'inpaint'>['area'],
	image: Buffer,
	mask?: Buffer,
	whole?: Size,
	fit?: Fit,
): Promise<string[]> {
	const size = whole ?? MODEL;
	const loadBytes = async (ref: string) => {
		const bytes = ref === IMAGE ? image : ref === MASK ? mask : undefined;
		if (!bytes) throw new Error(`nothing at ${ref}`);
		return bytes;
	};
	const job = { image: IMAGE, area, fit, ...(whole && { whole: true as const }) };
	const { mask: made, notes } = await readMask(job, size, { loadBytes });
	expect(made.shape).toEqual([1, size.height, size.width]);
	return [...rows(made.data, size.width), ...notes];
}

const rows = (data: Float32Array, width = SIDE) =>
	Array.from({ length: data.length / width }, (_, row) => data.subarray(row * width, (row + 1) * width).join(''));

const refused = async (reading: Promise<unknown>, why: RegExp) => {
	await expect(reading).rejects.toThrow(UserError);
	await expect(reading).rejects.toThrow(why);
};

describe('a mask picture', () => {
	const by = { by: 'mask', mask: MASK } as const;

	it('selects the white part, and is cropped with its picture', async () => {
		// The middle square of a 2:1 picture is x = 0.25..0.75, half of which is white.
		const mask = await drawn(64, 32, (x) => x < 0.5);
		expect(await read(by, await opaque(64, 32), mask)).toEqual(Array(SIDE).fill('11110000'));
	});

	it('may differ in size from its picture', async () => {
		const mask = await drawn(16, 16, (_, y) => y < 0.25);
		const expected = ['11111111', '11111111', ...Array(SIDE - 2).fill('00000000')];
		expect(await read(by, await opaque(100, 100), mask)).toEqual(expected);
	});

	it('may differ in proportions by a resize’s rounding', async () => {
		const mask = await drawn(33, 22, (x) => x < 0.5);
		expect(await read(by, await opaque(1000, 667), mask)).toEqual(Array(SIDE).fill('11110000'));
	});

	it('must have the proportions of its picture, or be square', async () => {
		const mask = await drawn(32, 20, (x) => x < 0.5);
		const why = /The mask has 32 × 20 pixels and the picture 64 × 32: .*proportions of its picture, or be square\.$/;
		await refused(read(by, await opaque(64, 32), mask), why);
	});

	it('is squashed or padded with its picture', async () => {
		const mask = await drawn(64, 32, (x) => x < 0.25);
		const picture = await opaque(64, 32);
		expect(await read(by, picture, mask, undefined, 'squash')).toEqual(Array(SIDE).fill('11000000'));
		const padded = [...Array(2).fill('00000000'), ...Array(4).fill('11000000'), ...Array(2).fill('00000000')];
		expect(await read(by, picture, mask, undefined, 'pad')).toEqual(padded);
		// The border is not part of the picture.
		await refused(
			read(by, picture, await drawn(64, 32, () => true), undefined, 'pad'),
			/^The mask is white everywhere/,
		);
	});

	it('painted on transparency has no hole when padded', async () => {
		const stroke = await drawn(64, 32, (x, y) => x > 0.25 || y < 0.5, true);
		const rowOf = async (fit: Fit) => (await read(by, await opaque(64, 32), stroke, undefined, fit))[4];
		expect(await rowOf('pad')).toBe('11000000');
		expect(await rowOf('squash')).toBe('11000000');
	});

	it.each(['crop', 'squash', 'pad'] as const)('covers what the model sees if it is square: %s', async (fit) => {
		const mask = await drawn(64, 64, (x) => x < 0.25);
		const [row, ...others] = await read(by, await opaque(59, 78), mask, undefined, fit);
		expect(row).toBe('11000000');
		expect(others.slice(SIDE - 1)).toEqual(fit === 'crop' ? [expect.stringMatching(/middle square .* squash/)] : []);
	});

	it('with a transparent hole selects the hole, with a note', async () => {
		const square = (x: number, y: number) => Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) < 0.25;
		const band = '00111100';
		const hole = [...Array(2).fill('00000000'), ...Array(4).fill(band), ...Array(2).fill('00000000')];
		expect(await read(by, await opaque(64, 64), await drawn(64, 64, square, true))).toEqual([
			...hole,
			'The mask has a transparent hole, so that was redrawn, whatever colours are around it.',
		]);
		const painted = await drawn(64, 64, (x, y) => !square(x, y), true);
		expect(await read(by, await opaque(64, 64), painted)).toEqual(hole);
	});

	it.each([
		['#00f900', true], // luma 0.573, higher in linear light
		['#ff0000', false], // luma 0.299, though 0.54 in linear light
		['#808080', true],
		['#7f7f7f', false],
		['#0000ff', false],
	])('is thresholded by luma, as in diffusers: %s counts as white: %s', async (colour, white) => {
		const black = sharp({ create: { width: 32, height: 32, channels: 3, background: 'black' } });
		const half = { create: { width: 16, height: 32, channels: 3 as const, background: colour } };
		const whole = { create: { width: 8, height: 32, channels: 3 as const, background: 'white' } };
		const mask = await black
			.composite([
				{ input: half, left: 0, top: 0 },
				{ input: whole, left: 24, top: 0 },
			])
			.png()
			.toBuffer();
		const [row] = await read(by, await opaque(32, 32), mask);
		// A cubic filter overshoots beside a border.
		expect([row.slice(0, 2), row.slice(4)]).toEqual([white ? '11' : '00', '0011']);
	});

	it('must have both white and black', async () => {
		const picture = await opaque(32, 32);
		await refused(read(by, picture, await opaque(32, 32)), /^The mask is black everywhere/);
		const white = await drawn(32, 32, () => true);
		await refused(read(by, picture, white), /^The mask is white everywhere/);
	});

	it('must have white in the part that the model sees', async () => {
		const mask = await drawn(64, 32, (x) => x < 0.2);
		await refused(read(by, await opaque(64, 32), mask), /^The mask is black everywhere/);
	});
});

describe('a region', () => {
	it('is relative to the whole picture before cropping', () => {
		const square = { width: 50, height: 50 };
		expect(rows(regionMask([0, 0.5, 0.25, 0.25], square, MODEL).data)).toEqual([
			...Array(4).fill('00000000'),
			...Array(2).fill('11000000'),
			...Array(2).fill('00000000'),
		]);
		const wide = { width: 100, height: 50 };
		expect(rows(regionMask([0.5, 0, 0.5, 1], wide, MODEL).data)).toEqual(Array(SIDE).fill('00001111'));
	});

	it('must be inside what the model sees, but not cover it all', async () => {
		const picture = await opaque(100, 50);
		const by = (...region: [number, number, number, number]) => read({ by: 'region', region }, picture);
		expect(await by(0.5, 0, 0.5, 1)).toEqual(Array(SIDE).fill('00001111'));
		await refused(by(0, 0, 0.2, 1), /^The region contains no pixel of the middle square/);
		await refused(by(0.2, 0, 0.6, 1), /^The region covers the whole picture/);
	});
});

describe('a region of a picture that is not cropped', () => {
	it('is squashed or padded with it, and may be at its ends', async () => {
		const picture = await opaque(100, 50);
		const by = (fit: Fit, ...region: [number, number, number, number]) =>
			read({ by: 'region', region }, picture, undefined, undefined, fit);
		expect(await by('squash', 0, 0, 0.25, 1)).toEqual(Array(SIDE).fill('11000000'));
		const row = [...Array(2).fill('00000000'), ...Array(4).fill('00000011'), ...Array(2).fill('00000000')];
		expect(await by('pad', 0.75, 0, 1, 1)).toEqual(row);
		await refused(by('pad', 0, 0, 1, 1), /^The region covers the whole picture/);
		await refused(by('squash', 0, 0, 0.01, 0.01), /^The region contains no pixel of the picture; make it larger\.$/);
	});
});

describe('transparency', () => {
	const by = { by: 'transparency' } as const;

	it('selects the transparent pixels, including those it covers partly', async () => {
		const picture = await drawn(80, 80, (x) => x < 0.45, true);
		const [row, ...others] = await read(by, picture);
		expect(new Set(others)).toEqual(new Set([row]));
		expect(row).toMatch(/^11111?1?0+$/);
	});

	it('must exist; otherwise the message names the three ways', async () => {
		await refused(read(by, await opaque(32, 32)), /mask .*region .*transparent/);
	});

	it('must not be everywhere', async () => {
		await refused(read(by, await drawn(32, 32, () => true, true)), /transparent everywhere/);
	});
});

describe('for a whole picture', () => {
	const wide = { width: 12, height: 4 };
	const all = (row: string) => Array(wide.height).fill(row);
	const picture = () => opaque(wide.width, wide.height);

	it('a mask selects its white part, up to the edges', async () => {
		const mask = await drawn(12, 4, (x) => x < 0.25);
		expect(await read({ by: 'mask', mask: MASK }, await picture(), mask, wide)).toEqual(all('111000000000'));
	});

	it('a mask may be smaller or larger', async () => {
		for (const factor of [1 / 2, 3, 40]) {
			const mask = await drawn(12 * factor, 4 * factor, (x) => x >= 0.5);
			expect(await read({ by: 'mask', mask: MASK }, await picture(), mask, wide)).toEqual(all('000000111111'));
		}
	});

	it.each([
		['crop', '000011000000'],
		['squash', '111111000000'],
		['pad', '111111000000'],
	] as const)('a square mask covers what the model would have seen: %s', async (fit, row) => {
		const mask = await drawn(48, 48, (x) => x < 0.5);
		const [first, ...others] = await read({ by: 'mask', mask: MASK }, await picture(), mask, wide, fit);
		expect(first).toBe(row);
		expect(others.slice(wide.height - 1)).toHaveLength(fit === 'crop' ? 1 : 0);
	});

	it('paint on the border of a square mask is ignored', async () => {
		const mask = await drawn(48, 48, (_, y) => y < 0.5);
		const half = await read({ by: 'mask', mask: MASK }, await picture(), mask, wide, 'pad');
		expect(half).toEqual([...Array(2).fill('1'.repeat(12)), ...Array(2).fill('0'.repeat(12))]);
		const above = await drawn(48, 48, (_, y) => y < 0.2);
		await refused(
			read({ by: 'mask', mask: MASK }, await picture(), above, wide, 'pad'),
			/^The mask is black everywhere/,
		);
	});

	it('a region may be outside the middle square, but must contain a pixel', async () => {
		const by = (...region: [number, number, number, number]) =>
			picture().then((image) => read({ by: 'region', region }, image, undefined, wide));
		expect(await by(0, 0.5, 1 / 6, 0.5)).toEqual([...Array(2).fill('000000000000'), ...Array(2).fill('110000000000')]);
		await refused(by(0.5, 0.5, 0.01, 0.01), /^The region contains no pixel of the picture; make it larger\.$/);
	});

	it('transparency selects only transparent pixels', async () => {
		const hole = await drawn(12, 4, (x, y) => x > 0.75 && y > 0.5, true);
		expect(await read({ by: 'transparency' }, hole, undefined, wide)).toEqual([
			...Array(2).fill('000000000000'),
			...Array(2).fill('000000000111'),
		]);
	});
});
