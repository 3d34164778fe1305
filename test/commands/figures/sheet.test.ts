import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Cell, gridRows, sheet } from '../../../commands/figures/sheet.ts';
import { VIEWS } from '../../../gpu/views/index.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';

const blobs = memoryBlobs();
const about = { filename: 'sheet.png', alt: 'Pictures.' };

/** A picture that is red above and blue below. */
async function picture(width: number, height = width): Promise<Cell['image']> {
	const pixels = Buffer.alloc(width * height * 3);
	for (let i = 0; i < width * height; i++) pixels[3 * i + (i < (width * height) / 2 ? 0 : 2)] = 255;
	const png = await sharp(pixels, { raw: { width, height, channels: 3 } })
		.png()
		.toBuffer();
	return { blob: await blobs.put(png), width, height };
}

describe('sheet', () => {
	let small: Cell['image'];
	let large: Cell['image'];
	beforeAll(async () => {
		small = await picture(64);
		large = await picture(256);
	});

	/** The widths of the runs of columns that contain pure red. */
	async function redBoxes(bytes: Uint8Array) {
		const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
		const boxes: { left: number; right: number }[] = [];
		for (let x = 0; x < info.width; x++) {
			let red = false;
			for (let y = 0; y < info.height; y++) {
				const i = 3 * (y * info.width + x);
				red ||= data[i] === 255 && data[i + 1] === 0 && data[i + 2] === 0;
			}
			if (!red) continue;
			const last = boxes.at(-1);
			if (last?.right === x) last.right++;
			else boxes.push({ left: x, right: x + 1 });
		}
		return boxes.map(({ left, right }) => right - left);
	}

	it.each([
		[1, 384],
		[2, 384],
		[3, 320],
		[4, 256],
		[6, 192],
		[12, 64],
	])('enlarges %i pictures of 64 pixels to %i each', async (count, side) => {
		const row = Array.from({ length: count }, (_, i) => ({ image: small, caption: `seed ${i}` }));
		const figure = await sheet(blobs, [row], about);
		expect(await redBoxes(figure.bytes)).toEqual(Array(count).fill(side));
		expect(figure.width).toBeLessThanOrEqual(1600);
	});

	it('shows small and large pictures at one size', async () => {
		const row = [small, large].map((image) => ({ image, caption: 'x' }));
		expect(await redBoxes((await sheet(blobs, [row], about)).bytes)).toEqual([256, 256]);
	});

	it('shows a picture from afar small, in the middle of its cell', async () => {
		const row = [{}, { distance: 4 }].map((how) => ({ image: small, caption: 'x', ...how }));
		expect(await redBoxes((await sheet(blobs, [row], about)).bytes)).toEqual([384, 64]);
	});

	it('shrinks pictures that are too large', async () => {
		const row = Array.from({ length: 9 }, () => ({ image: large, caption: '' }));
		const figure = await sheet(blobs, [row], about);
		expect(figure.width).toBeLessThanOrEqual(1600);
		expect(await redBoxes(figure.bytes)).toHaveLength(9);
	});

	it('gives pictures of one shape cells of that shape', async () => {
		const wide = { image: await picture(2000, 500), caption: '' };
		const tall = { image: await picture(500, 2000), caption: '' };
		const [row, column] = await Promise.all(
			[
				[wide, wide],
				[tall, tall],
			].map((cells) => sheet(blobs, [cells], about)),
		);
		expect(await redBoxes(row.bytes)).toEqual([756, 756]);
		expect(row.height).toBeLessThan(350);
		expect(await redBoxes(column.bytes)).toEqual([189, 189]);
		expect(column.height).toBeLessThan(900);
	});

	it('shows a picture through its view', async () => {
		const upright = await sheet(blobs, [[{ image: small, caption: '' }]], about);
		const flipped = await sheet(blobs, [[{ image: small, caption: '', view: VIEWS.flip.create(64) }]], about);
		const pixel = async (bytes: Uint8Array) => [
			...(await sharp(bytes).extract({ left: 200, top: 60, width: 1, height: 1 }).raw().toBuffer()),
		];
		expect(await pixel(upright.bytes)).toEqual([255, 0, 0]);
		expect(await pixel(flipped.bytes)).toEqual([0, 0, 255]);
	});

	it('has its stated size and reproducible bytes without metadata', async () => {
		const make = () => sheet(blobs, [[{ image: small, caption: 'a <b>&\nσ = 2 日本' }]], { ...about, title: 'Title' });
		const [first, second] = await Promise.all([make(), make()]);
		expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
		const { width, height, exif, xmp, icc } = await sharp(first.bytes).metadata();
		expect({ width, height }).toEqual({ width: first.width, height: first.height });
		expect([exif, xmp, icc]).toEqual([undefined, undefined, undefined]);
		expect(first).toMatchObject({ type: 'image/png', alt: 'Pictures.', filename: 'sheet.png' });
	});

	it('grows with its title and captions', async () => {
		const height = async (caption: string, title?: string) =>
			(await sheet(blobs, [[{ image: small, caption }]], { ...about, title })).height;
		const [plain, titled, detailed, prompt] = await Promise.all([
			height('a'),
			height('a', 'b'),
			height('a\nb'),
			height('a\n“an oil painting of people around a campfire”'),
		]);
		expect(titled).toBeGreaterThan(plain);
		expect(detailed).toBeGreaterThan(plain);
		expect(prompt).toBeGreaterThan(detailed);
	});
});

describe('gridRows', () => {
	it.each([
		[1, [1]],
		[2, [2]],
		[3, [3]],
		[4, [2, 2]],
		[5, [3, 2]],
		[6, [3, 3]],
		[7, [4, 3]],
		[8, [4, 4]],
		[9, [3, 3, 3]],
		[10, [4, 4, 2]],
	])('lays out %i as %j', (count, lengths) => {
		const rows = gridRows(Array.from({ length: count }, (_, i) => i));
		expect(rows.map((row) => row.length)).toEqual(lengths);
		expect(rows.flat()).toEqual(Array.from({ length: count }, (_, i) => i));
	});
});
