import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { middlePart } from '../../../gpu/tensor/cubic.ts';
import { decodeImage, encodePng } from '../../../gpu/tensor/image.ts';
import { map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';

const SIDE = 4;

/** A picture with 8-bit values, 0..255 scaled to [-1, 1]. */
const picture = tensor(
	Float32Array.from({ length: 3 * SIDE ** 2 }, (_, i) => ((i * 37) % 256) / 127.5 - 1),
	[3, SIDE, SIDE],
);

/** Red, green and blue of a pixel, rounded to -1, 0 or 1. */
function colourAt({ data, shape }: Tensor, row: number, column: number): number[] {
	const [channels, height, width] = shape;
	return Array.from({ length: channels }, (_, c) => Math.round(data[(c * height + row) * width + column]) + 0);
}

/** A wide picture with three square parts: red, green, blue. */
async function threeColours(): Promise<Buffer> {
	const colours = [
		[255, 0, 0],
		[0, 255, 0],
		[0, 0, 255],
	];
	const pixels = Uint8Array.from({ length: 24 * 8 * 3 }, (_, i) => colours[Math.floor(i / 3 / 8) % 3][i % 3]);
	return sharp(pixels, { raw: { width: 24, height: 8, channels: 3 } })
		.png()
		.toBuffer();
}

const RED = [1, -1, -1];
const GREEN = [-1, 1, -1];
const WHITE = [1, 1, 1];

describe('encodePng', () => {
	it('shrinks only pictures larger than wanted', async () => {
		const side = async (maxSide: number) => (await sharp(await encodePng(picture, maxSide)).metadata()).width;
		expect(await side(SIDE / 2)).toBe(SIDE / 2);
		expect(await side(2 * SIDE)).toBe(SIDE);
	});

	it('writes what decodeImage reads, value for value', async () => {
		const read = await decodeImage(await encodePng(picture), SIDE);
		expect(read.shape).toEqual(picture.shape);
		read.data.forEach((value, i) => {
			expect(value).toBeCloseTo(picture.data[i], 6);
		});
	});

	it('writes the same bytes for the same picture: 8-bit RGB without metadata', async () => {
		const png = await encodePng(picture);
		expect(png.equals(await encodePng(picture))).toBe(true);
		const chunks = png.toString('latin1').match(/IHDR|IDAT|IEND|tEXt|iTXt|zTXt|tIME|eXIf|iCCP/g);
		expect(chunks).toEqual(['IHDR', 'IDAT', 'IEND']);
		expect(await sharp(png).metadata()).toMatchObject({ width: SIDE, height: SIDE, channels: 3, depth: 'uchar' });
	});

	it('writes (x / 2 + 0.5) * 255, rounded and clamped', async () => {
		const values = tensor(Float32Array.of(-3, -1, 0, 0.5, 1, 9, 0.1, -0.1, 0.99), [3, 1, 3]);
		const pixels = await sharp(await encodePng(values))
			.raw()
			.toBuffer();
		expect([...pixels]).toEqual([0, 191, 140, 0, 255, 115, 128, 255, 254]);
	});

	it('rejects shapes other than [3, H, W]', async () => {
		await expect(encodePng(tensor(new Float32Array(4), [1, 2, 2]))).rejects.toThrow('expected shape [3, H, W]');
	});
});

describe('decodeImage', () => {
	it('crops the middle square', async () => {
		const read = await decodeImage(await threeColours(), SIDE);
		for (const row of [0, SIDE - 1]) {
			for (const column of [0, SIDE - 1]) expect(colourAt(read, row, column)).toEqual(GREEN);
		}
	});

	it('reads a whole picture at its own size exactly', async () => {
		const wide = tensor(picture.data.subarray(0, 3 * 2 * 4), [3, 2, 4]);
		const read = await decodeImage(await encodePng(wide), 4, 2);
		expect(read.shape).toEqual([3, 2, 4]);
		read.data.forEach((value, i) => {
			expect(value).toBeCloseTo(wide.data[i], 6);
		});
	});

	it('shrinks a large picture almost exactly', async () => {
		const [width, height] = [301, 200];
		const waves = tensor(
			Float32Array.from({ length: 3 * height * width }, (_, i) =>
				Math.sin((i % width) / 9 + Math.floor(i / width) / 14 + Math.floor(i / (width * height))),
			),
			[3, height, width],
		);
		const read = await decodeImage(await encodePng(waves), 16);
		const exact = middlePart(waves, 16);
		const worst = Math.max(...read.data.map((value, i) => Math.abs(value - exact.data[i])));
		expect(worst).toBeLessThan(0.04); // five levels of 255
	});

	it('turns the picture as its EXIF orientation says', async () => {
		const left = await sharp(await threeColours())
			.extract({ left: 4, top: 0, width: 8, height: 8 })
			.toBuffer(); // red | green
		const turned = await sharp(left)
			.jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
			.withMetadata({ orientation: 6 })
			.toBuffer();
		const read = await decodeImage(turned, SIDE); // after a quarter turn clockwise red is above green
		expect([colourAt(read, 0, 1), colourAt(read, 0, 2)]).toEqual([RED, RED]);
		expect([colourAt(read, 3, 1), colourAt(read, 3, 2)]).toEqual([GREEN, GREEN]);
	});

	it('puts transparency on white', async () => {
		const clear = await sharp({ create: { width: 9, height: 9, channels: 4, background: '#00000000' } })
			.png()
			.toBuffer();
		expect(colourAt(await decodeImage(clear, SIDE), 2, 2)).toEqual(WHITE);
	});

	it.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)('reads %s', async (format) => {
		const red = sharp({ create: { width: 12, height: 12, channels: 3, background: '#ff0000' } });
		const read = await decodeImage(await red.toFormat(format).toBuffer(), SIDE);
		expect(colourAt(read, 1, 1)).toEqual(RED);
	});

	it('reads grey and 16-bit pictures as RGB', async () => {
		const grey = sharp({ create: { width: 8, height: 8, channels: 3, background: '#ffffff' } }).greyscale();
		for (const space of ['b-w', 'grey16', 'rgb16']) {
			const read = await decodeImage(await grey.clone().toColourspace(space).png().toBuffer(), SIDE);
			expect(read.shape).toEqual([3, SIDE, SIDE]);
			expect(map(read, Math.round).data).toEqual(new Float32Array(3 * SIDE ** 2).fill(1));
		}
	});

	it('rejects other bytes in one sentence', async () => {
		const truncated = (await encodePng(picture)).subarray(0, 60);
		for (const bytes of [new Uint8Array(0), Buffer.from('hello, not a picture'), truncated]) {
			const decoding = decodeImage(bytes, SIDE);
			await expect(decoding).rejects.toBeInstanceOf(UserError);
			await expect(decoding).rejects.toThrow(/^The picture could not be read; .*\.$/);
		}
	});
});
