import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { ingest } from '../../../src/uploads/ingest.ts';
import { MAX_UPLOAD_BYTES } from '../../../src/uploads/limits.ts';
import { interlacedTorso, largeDrawing, longRow, png } from '../../fakes/hostile-pictures.ts';

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-ingest-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const store = () => createLocalBlobStore(directory);

/** A wide picture, red on the left and blue on the right. */
const halves = () =>
	sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } }).composite([
		{ input: { create: { width: 20, height: 20, channels: 3, background: 'blue' } }, left: 20, top: 0 },
	]);

describe('accepts', () => {
	test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)('%s', async (format) => {
		const { blob, name } = await ingest(
			'image',
			store(),
			await halves().toFormat(format).toBuffer(),
			`picture.${format}`,
		);
		expect(name).toBe(`picture.${format}`);
		const { data, info } = await sharp(await store().get(blob))
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([40, 20]);
		const red = data[(10 * 40 + 5) * info.channels];
		const blue = data[(10 * 40 + 35) * info.channels + 2];
		expect(red).toBeGreaterThan(200);
		expect(blue).toBeGreaterThan(200);
	});

	test('a photo turned by EXIF, and makes it upright', async () => {
		const turned = await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer();
		const { blob } = await ingest('image', store(), turned, 'phone.jpg');
		const { width, height } = await sharp(await store().get(blob)).metadata();
		expect([width, height]).toEqual([20, 40]);
	});

	test('transparency, and keeps it for masks', async () => {
		const glass = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
		const { blob } = await ingest('image', store(), await glass.png().toBuffer(), 'mask.png');
		expect((await sharp(await store().get(blob)).metadata()).hasAlpha).toBe(true);
	});

	test('a large picture, and shrinks it', async () => {
		const large = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: 'green' } })
			.png()
			.toBuffer();
		const { blob, sentSize } = await ingest('image', store(), large, 'large.png');
		expect(sentSize).toEqual({ width: 3000, height: 1500 });
		const { width, height } = await sharp(await store().get(blob)).metadata();
		expect([width, height]).toEqual([2048, 1024]);
	});

	test('a JPEG that only lacks its end marker', async () => {
		const photo = await halves().jpeg().toBuffer();
		expect(photo.subarray(-2).toString('hex')).toBe('ffd9');
		const { blob } = await ingest('image', store(), photo.subarray(0, -2), 'camera.jpg');
		const taken = await store().get(blob);
		const [whole, cut] = await Promise.all([photo, taken].map((bytes) => sharp(bytes).raw().toBuffer()));
		expect(cut.equals(whole)).toBe(true);
	});

	test.each([
		{ gamma: 100_000, depth: 8, level: 55, expected: 128 },
		{ gamma: 100_000, depth: 16, level: 14_145, expected: 128 },
		{ gamma: 45_455, depth: 8, level: 55, expected: 55 },
		{ gamma: 55_556, depth: 8, level: 128, expected: 146 },
	])('a PNG and applies its gamma: $depth bits, gamma $gamma', async ({ gamma, depth, level, expected }) => {
		const rows = Buffer.alloc(4 * (1 + (4 * depth) / 8));
		for (let y = 0; y < 4; y++) {
			for (let x = 0; x < 4; x++) {
				const at = y * (1 + (4 * depth) / 8) + 1 + (x * depth) / 8;
				if (depth === 16) rows.writeUInt16BE(level, at);
				else rows.writeUInt8(level, at);
			}
		}
		const grey = png({ width: 4, height: 4, depth, colour: 0, gamma, rows });
		const { blob } = await ingest('image', store(), grey, 'render.png');
		const [taken] = await sharp(await store().get(blob))
			.raw()
			.toBuffer();
		expect(taken).toBe(expected);
	});

	describe('an animation', () => {
		const frame = (colour: string) => ({ create: { width: 40, height: 20, channels: 4 as const, background: colour } });
		const animated = async (...frames: Sharp[]) => {
			const stills = await Promise.all(frames.map((still) => still.png().toBuffer()));
			return sharp(stills, { join: { animated: true } })
				.gif({ loop: 0 })
				.toBuffer();
		};

		test('is read as its first frame, with a note', async () => {
			const gif = await animated(halves(), sharp(frame('green')));
			const { note } = await ingest('image', store(), gif, 'loop.gif');
			expect(note).toBe('loop.gif is animated; its first frame was used.');
		});

		test('is read as the first frame that is not blank', async () => {
			const gif = await animated(sharp(frame('white')), sharp(frame('#00000000')), halves(), sharp(frame('green')));
			const { blob, note } = await ingest('image', store(), gif, 'loop.gif');
			expect(note).toBe('loop.gif is animated; frame 3 was used, the first that is not blank.');
			const { channels } = await sharp(await store().get(blob)).stats();
			expect([channels[0].max, channels[2].max]).toEqual([255, 255]);
		});

		test('is read as its first frame if all are blank', async () => {
			const gif = await animated(sharp(frame('white')), sharp(frame('black')));
			expect((await ingest('image', store(), gif, 'loop.gif')).note).toMatch(/its first frame was used/);
		});
	});
});

describe('rejects with one sentence', () => {
	const refusal = async (bytes: Uint8Array, name: string) => {
		const error = await ingest('image', store(), bytes, name).then(
			() => undefined,
			(reason: unknown) => reason,
		);
		expect(error).toBeInstanceOf(UserError);
		const { message } = error as UserError;
		expect(message).toMatch(/^[^\n]+\.$/);
		return message;
	};

	test('a bomb of 30,000 × 30,000 pixels, by its header', async () => {
		const rows = Buffer.alloc((1 + 30_000 / 8) * 30_000);
		const bomb = png({ width: 30_000, height: 30_000, depth: 1, colour: 0, rows });
		expect(await refusal(bomb, 'bomb.png')).toBe(
			'bomb.png has 30000 × 30000 pixels; send one of at most 50 megapixels.',
		);
	});

	test.each([longRow(), largeDrawing(), interlacedTorso()])(
		'$name, and this process takes no memory for it',
		async (picture) => {
			const before = process.memoryUsage.rss();
			const watch = { most: 0 };
			const look = setInterval(() => {
				watch.most = Math.max(watch.most, process.memoryUsage.rss() - before);
			}, 5);
			expect(await refusal(picture.bytes, picture.name)).toMatch(picture.refusal);
			clearInterval(look);
			expect(watch.most / 2 ** 20).toBeLessThan(150);
		},
	);

	test('pictures of other kinds, by their first bytes', async () => {
		const small = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } });
		const kinds: [string, Uint8Array][] = [
			['TIFF', await small.tiff().toBuffer()],
			['BMP', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 'latin1')],
			['PDF', Buffer.from('%PDF-1.7')],
			['JPEG XL', Buffer.from('\xff\x0a\0', 'latin1')],
			['SVG', Buffer.from('\uFEFF<?xml version="1.0"?>\n<svg/>')],
		];
		for (const [title, bytes] of kinds) {
			expect(await refusal(bytes, 'x.png')).toBe(`x.png is ${title}; send a PNG, JPEG, WebP, GIF or AVIF picture.`);
		}
	});

	test.each(['photo.heic', 'photo.jpg'])('HEIC, with the setting to change on the phone: %s', async (name) => {
		const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
		expect(await refusal(heic, name)).toBe(
			`${name} is HEIC; send it as JPEG (to have an iPhone take JPEGs, choose Settings > Camera > Formats > Most Compatible; a screenshot of the picture will do too).`,
		);
	});

	test('a truncated file', async () => {
		const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251));
		const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
			.png()
			.toBuffer();
		expect(await refusal(whole.subarray(0, whole.length / 2), 'half.png')).toMatch(/^half.png is damaged/);
		const photo = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
			.jpeg()
			.toBuffer();
		for (const missing of [20, 200, photo.length / 2]) {
			expect(await refusal(photo.subarray(0, photo.length - missing), 'half.jpg')).toMatch(/^half.jpg is damaged/);
		}
	});

	test('a text file named .png', async () => {
		expect(await refusal(Buffer.from('hello, I am a text\n'), 'notes.png')).toMatch(/^notes.png is not a picture/);
	});

	test('an SVG', async () => {
		const svg = Buffer.from(
			'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
		);
		expect(await refusal(svg, 'drawing.svg')).toBe('drawing.svg is SVG; send a PNG, JPEG, WebP, GIF or AVIF picture.');
	});

	test('an empty file, and one over the size limit', async () => {
		expect(await refusal(new Uint8Array(0), 'empty.png')).toMatch(/^empty.png is empty/);
		expect(await refusal(new Uint8Array(MAX_UPLOAD_BYTES + 1), 'huge.png')).toMatch(/^huge.png has 10.0 MiB; .*10 MiB/);
	});
});
