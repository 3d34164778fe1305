import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Figure } from '../../../../commands/lib/command.ts';
import type { MessageView } from '../../../../src/desk/view.ts';
import { present } from '../../../../src/platforms/discord/fit.ts';

const view = (figures: Figure[], changes: Partial<MessageView> = {}): MessageView => ({
	requestId: 'r1',
	state: 'done',
	title: '/generate a dog',
	text: 'A dog.',
	figures,
	buttons: [],
	personal: false,
	...changes,
});

/** A picture of noise, which cannot be compressed losslessly. */
function noise(length: number): Buffer {
	const pixels = Buffer.alloc(length);
	let state = 1;
	for (let i = 0; i < length; i++) {
		state = (state * 48271) % 2147483647;
		pixels[i] = state % 256;
	}
	return pixels;
}

async function still(side: number): Promise<Figure> {
	const raw = { width: side, height: side, channels: 3 } as const;
	const bytes = await sharp(noise(side * side * 3), { raw })
		.png()
		.toBuffer();
	return { bytes, type: 'image/png', width: side, height: side, alt: 'noise', filename: 'noise.png' };
}

async function moving(side: number, pages: number): Promise<Figure> {
	const raw = { width: side, height: side * pages, channels: 3, pageHeight: side } as const;
	const delay = Array.from({ length: pages }, () => 40);
	const bytes = await sharp(noise(side * side * pages * 3), { raw })
		.gif({ delay })
		.toBuffer();
	return { bytes, type: 'image/gif', width: side, height: side, alt: 'moving noise', filename: 'noise.gif' };
}

describe('files larger than a channel’s limit', () => {
	test('none: nothing is changed', async () => {
		const figure = await still(64);
		const { files, body } = await present(view([figure]), figure.bytes.length);
		expect(files[0].data).toBe(figure.bytes);
		expect(body.content).toBe('A dog.');
	});

	test('a picture becomes lossy but keeps its size and alt text, with a note', async () => {
		const figure = await still(128);
		const limit = figure.bytes.length - 1;
		const { files, body } = await present(view([figure]), limit);
		const [{ name, data, contentType }] = files;
		expect({ name, contentType }).toEqual({ name: 'noise.webp', contentType: 'image/webp' });
		expect((data as Uint8Array).length).toBeLessThanOrEqual(limit);
		expect(await sharp(data as Uint8Array).metadata()).toMatchObject({ format: 'webp', width: 128, height: 128 });
		expect(body.attachments).toMatchObject([{ filename: 'noise.webp', description: 'noise' }]);
		expect(body.content).toBe('A dog.\nnoise.webp is shown at reduced quality here.');
	});

	test('an animation gets fewer colours, then smaller, and still moves', async () => {
		const figure = await moving(64, 6);
		const limit = Math.floor(figure.bytes.length / 4);
		const { files, body } = await present(view([figure]), limit);
		const [{ name, data }] = files;
		expect(name).toBe('noise.gif');
		expect((data as Uint8Array).length).toBeLessThanOrEqual(limit);
		const { pages, width, delay } = await sharp(data as Uint8Array, { animated: true }).metadata();
		expect(pages).toBe(6);
		expect(width).toBeLessThan(64);
		expect(delay).toEqual(Array.from({ length: 6 }, () => 40));
		expect(body.content).toContain('noise.gif is shown at reduced quality');
	});

	test('a file that cannot be made small enough is left out, with a note about which and where it is', async () => {
		const page = { bytes: new Uint8Array(200), type: 'text/html', filename: 'course.html' };
		const { files, body } = await present(view([await still(64)], { attachments: [page] }), 100);
		expect(files).toEqual([]);
		expect(body.attachments).toEqual([]);
		expect(body.content).toMatch(
			/^A dog\.\nnoise\.png is over Discord's limit of .*; the console and the command line show it\.\ncourse\.html is/,
		);
	});

	test('all files together fit into one request: pictures shrink for files that cannot', async () => {
		const page = { bytes: new Uint8Array(23_500_000), type: 'text/html', filename: 'course.html' };
		const figure = await still(600);
		const { files, body } = await present(view([figure], { attachments: [page] }), 24_000_000);
		expect(files.map(({ name }) => name)).toEqual(['noise.webp', 'course.html']);
		const sizes = files.map(({ data }) => (data as Uint8Array).length);
		expect(figure.bytes.length).toBeGreaterThan(500_000);
		expect(sizes[0] + sizes[1]).toBeLessThanOrEqual(24_000_000);
		expect(body.content).toContain('noise.webp is shown at reduced quality');
	});

	test('the other files stay', async () => {
		const [small, large] = [await still(16), await still(512)];
		const { files } = await present(view([small, { ...large, filename: 'large.png' }]), small.bytes.length);
		expect(files.map(({ name }) => name)).toEqual(['noise.png']);
	});

	test('the note stays even if the text is cut', async () => {
		const page = { bytes: new Uint8Array(2 ** 20), type: 'text/html', filename: 'course.html' };
		const long = view([], { text: 'x'.repeat(3000), attachments: [page] });
		const { body } = await present(long, 2 ** 19);
		expect(body.content).toHaveLength(2000);
		expect(body.content).toMatch(/…\ncourse\.html is over Discord's limit of 0\.5 MiB here; .*\.$/);
	});
});
