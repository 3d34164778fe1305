import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import type { JobOf } from '../../../../gpu/jobs/index.ts';
import { readMask, regionMask } from '../../../../gpu/pipelines/inpaint/mask.ts';
import { SIDE, toyContext } from '../toy.ts';

const IMAGE = 'a'.repeat(64);
const MASK = 'b'.repeat(64);

/** A picture whose pixel at (x, y), both 0..1, is white (or clear, for `alpha`) where `inside` says so. */
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

async function read(area: JobOf<'inpaint'>['area'], image: Buffer, mask?: Buffer): Promise<string[]> {
	const loadBytes = async (ref: string) => {
		const bytes = ref === IMAGE ? image : ref === MASK ? mask : undefined;
		if (!bytes) throw new Error(`nothing at ${ref}`);
		return bytes;
	};
	const { mask: made, notes } = await readMask({ image: IMAGE, area }, toyContext({ loadBytes }));
	expect(made.shape).toEqual([1, SIDE, SIDE]);
	return [...rows(made.data), ...notes];
}

const rows = (data: Float32Array) =>
	Array.from({ length: SIDE }, (_, row) => data.subarray(row * SIDE, (row + 1) * SIDE).join(''));

const refused = async (reading: Promise<unknown>, why: RegExp) => {
	await expect(reading).rejects.toThrow(UserError);
	await expect(reading).rejects.toThrow(why);
};

describe('a mask picture', () => {
	const by = { by: 'mask', mask: MASK } as const;

	it('is made anew where it is white, and cropped with its picture', async () => {
		// The middle square of a 2:1 picture is x = 0.25..0.75: half of it is white.
		const mask = await drawn(64, 32, (x) => x < 0.5);
		expect(await read(by, await opaque(64, 32), mask)).toEqual(Array(SIDE).fill('11110000'));
	});

	it('may be of another size than its picture', async () => {
		const mask = await drawn(16, 16, (_, y) => y < 0.25);
		const expected = ['11111111', '11111111', ...Array(SIDE - 2).fill('00000000')];
		expect(await read(by, await opaque(100, 100), mask)).toEqual(expected);
	});

	it('may differ in its proportions by the rounding of a resize', async () => {
		const mask = await drawn(33, 22, (x) => x < 0.5);
		expect(await read(by, await opaque(1000, 667), mask)).toEqual(Array(SIDE).fill('11110000'));
	});

	it('must have the proportions of its picture', async () => {
		const mask = await drawn(32, 32, (x) => x < 0.5);
		await refused(read(by, await opaque(64, 32), mask), /The mask has 32 × 32 pixels and the picture 64 × 32/);
	});

	it('with a transparent hole is made anew in the hole, and says so', async () => {
		const square = (x: number, y: number) => Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) < 0.25;
		const band = '00111100';
		const hole = [...Array(2).fill('00000000'), ...Array(4).fill(band), ...Array(2).fill('00000000')];
		expect(await read(by, await opaque(64, 64), await drawn(64, 64, square, true))).toEqual([
			...hole,
			'The mask has a transparent hole: that was made anew, whatever colours are around it.',
		]);
		const painted = await drawn(64, 64, (x, y) => !square(x, y), true);
		expect(await read(by, await opaque(64, 64), painted)).toEqual(hole);
	});

	it.each([
		['#00f900', true], // 0.573 of white, of which linear light would make the most
		['#ff0000', false], // 0.299, though linear light makes 0.54 of it
		['#808080', true],
		['#7f7f7f', false],
		['#0000ff', false],
	])('counts by the luma of its colours, as in diffusers: %s is white: %s', async (colour, white) => {
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
		// Beside a border a cubic overshoots.
		expect([row.slice(0, 2), row.slice(4)]).toEqual([white ? '11' : '00', '0011']);
	});

	it('must have white and black', async () => {
		const picture = await opaque(32, 32);
		await refused(read(by, picture, await opaque(32, 32)), /^The mask is black everywhere/);
		const white = await drawn(32, 32, () => true);
		await refused(read(by, picture, white), /^The mask is white everywhere/);
	});

	it('must be white in the part that the model sees', async () => {
		const mask = await drawn(64, 32, (x) => x < 0.2);
		await refused(read(by, await opaque(64, 32), mask), /^The mask is black everywhere/);
	});
});

describe('a region', () => {
	it('counts from the whole picture, before it is cropped', () => {
		const square = { width: 50, height: 50 };
		expect(rows(regionMask([0, 0.5, 0.25, 0.25], square, SIDE).data)).toEqual([
			...Array(4).fill('00000000'),
			...Array(2).fill('11000000'),
			...Array(2).fill('00000000'),
		]);
		const wide = { width: 100, height: 50 };
		expect(rows(regionMask([0.5, 0, 0.5, 1], wide, SIDE).data)).toEqual(Array(SIDE).fill('00001111'));
	});

	it('must lie on the picture, and leave some of it', async () => {
		const picture = await opaque(100, 50);
		const by = (...region: [number, number, number, number]) => read({ by: 'region', region }, picture);
		expect(await by(0.5, 0, 0.5, 1)).toEqual(Array(SIDE).fill('00001111'));
		await refused(by(0, 0, 0.2, 1), /^The region has no pixel of the middle square/);
		await refused(by(0.2, 0, 0.6, 1), /^The region covers the whole picture/);
	});
});

describe('transparency', () => {
	const by = { by: 'transparency' } as const;

	it('is made anew, with the pixels into which it reaches', async () => {
		const picture = await drawn(80, 80, (x) => x < 0.45, true);
		const [row, ...others] = await read(by, picture);
		expect(new Set(others)).toEqual(new Set([row]));
		expect(row).toMatch(/^11111?1?0+$/);
	});

	it('must be there: otherwise the three ways are named', async () => {
		await refused(read(by, await opaque(32, 32)), /mask .*region .*transparent/);
	});

	it('must not be everywhere', async () => {
		await refused(read(by, await drawn(32, 32, () => true, true)), /transparent everywhere/);
	});
});
