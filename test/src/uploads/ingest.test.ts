import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { ingest } from '../../../src/uploads/ingest.ts';
import { MAX_UPLOAD_BYTES } from '../../../src/uploads/limits.ts';

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-ingest-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const store = () => createLocalBlobStore(directory);

/** Left half red, right half blue, wider than high. */
const halves = () =>
	sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } }).composite([
		{ input: { create: { width: 20, height: 20, channels: 3, background: 'blue' } }, left: 20, top: 0 },
	]);

describe('takes in', () => {
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

	test('a photo that EXIF says is turned, upright', async () => {
		const turned = await halves().withMetadata({ orientation: 6 }).jpeg().toBuffer();
		const { blob } = await ingest('image', store(), turned, 'phone.jpg');
		const { width, height } = await sharp(await store().get(blob)).metadata();
		expect([width, height]).toEqual([20, 40]);
	});

	test('transparency, kept for masks', async () => {
		const glass = sharp({ create: { width: 8, height: 8, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
		const { blob } = await ingest('image', store(), await glass.png().toBuffer(), 'mask.png');
		expect((await sharp(await store().get(blob)).metadata()).hasAlpha).toBe(true);
	});

	test('a large picture, made smaller', async () => {
		const large = await sharp({ create: { width: 3000, height: 1500, channels: 3, background: 'green' } })
			.png()
			.toBuffer();
		const { blob } = await ingest('image', store(), large, 'large.png');
		const { width, height } = await sharp(await store().get(blob)).metadata();
		expect([width, height]).toEqual([1024, 512]);
	});
});

describe('refuses with one sentence', () => {
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
		expect(await refusal(blackPng(30_000), 'bomb.png')).toBe(
			'bomb.png has 30000 × 30000 pixels; send one of at most 50 megapixels.',
		);
	});

	test('a truncated file', async () => {
		const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251));
		const whole = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
			.png()
			.toBuffer();
		expect(await refusal(whole.subarray(0, whole.length / 2), 'half.png')).toMatch(/^half.png is damaged/);
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

/** A valid black PNG of side × side pixels, in a few MB at most: what a decompression bomb looks like. */
function blackPng(side: number): Buffer {
	const chunk = (type: string, data: Buffer) => {
		const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
		const frame = Buffer.alloc(8);
		frame.writeUInt32BE(data.length, 0);
		frame.writeUInt32BE(crc32(body), 4);
		return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
	};
	const header = Buffer.alloc(13);
	header.writeUInt32BE(side, 0);
	header.writeUInt32BE(side, 4);
	header[8] = 1; // one bit per pixel, grey
	const rows = deflateSync(Buffer.alloc((1 + Math.ceil(side / 8)) * side), { level: 9 });
	const signature = Buffer.from('89504e470d0a1a0a', 'hex');
	return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes: Buffer): number {
	let crc = 0xffffffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	}
	return (crc ^ 0xffffffff) >>> 0;
}
