import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defineCommand } from '../../../../../commands/command.ts';
import { commands } from '../../../../../commands/index.ts';
import type { JobOf } from '../../../../../gpu/jobs.ts';
import { bands } from '../../../../fakes/fake-runner.ts';
import { type Harness, startConsole } from '../harness.ts';
import { CHROMIUM, hand, launch, type Visit, visit } from './browser.ts';

if (!CHROMIUM) {
	console.warn('SKIPPED: the console’s browser tests found no Chromium; install one, or set CHROMIUM_PATH.');
}

describe.skipIf(!CHROMIUM)('the page in Chromium', () => {
	let browser: Browser;
	let server: Harness;
	let shown: Visit;
	let page: Page;

	beforeAll(async () => {
		browser = await launch();
	});
	afterAll(() => browser?.close());

	async function open(options: BrowserContextOptions = {}, registry = commands): Promise<void> {
		server = await startConsole(registry);
		shown = await visit(browser, server.url, options);
		page = shown.page;
	}
	afterEach(async () => {
		await page.context().close();
		await server.stop();
		expect(shown.complaints).toEqual([]);
		expect(server.errors).toEqual([]);
	});

	/** Types into whatever has the focus, as everything by keyboard must be able to. */
	const type = (text: string) => page.keyboard.type(text);
	const key = (...names: string[]) =>
		names.reduce((before, name) => before.then(() => page.keyboard.press(name)), Promise.resolve());
	const focused = () =>
		page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
	/** The control of an option in the form. */
	const option = (name: string) => page.locator(`[data-option=${name}]`).locator('textarea, input, select').first();
	const overflow = () =>
		page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	const finished = (count = 1) =>
		page
			.locator('.message[data-state=done]')
			.nth(count - 1)
			.waitFor();
	const job = <K extends 'generate' | 'edit' | 'anagram'>(_kind: K, index = 0) =>
		server.runner.submitted[index].job as JobOf<K>;

	test('by keyboard alone, from the first key to a finished picture and its buttons', async () => {
		await open();
		const line = page.locator('textarea.line');
		await type('/g');
		expect(await line.getAttribute('aria-expanded')).toBe('true');
		const active = await line.getAttribute('aria-activedescendant');
		expect(await page.locator(`[id="${active}"][aria-selected=true]`).textContent()).toContain('/generate');
		await key('ArrowDown', 'ArrowUp', 'Enter');
		await page.getByRole('group', { name: '/generate' }).waitFor();
		await type('rocket');
		await key('ArrowDown', 'Enter');
		expect(await option('prompt').inputValue()).toBe('a rocket ship');
		await key('Tab', 'Enter');
		await option('count').focus();
		await type('2');
		await key('Enter');
		await finished();
		expect(job('generate')).toMatchObject({ prompt: 'a rocket ship', count: 2 });
		const pictures = page.locator('.gallery img');
		expect(await pictures.count()).toBe(2);
		expect(await pictures.first().getAttribute('alt')).toContain('“a rocket ship”');
		expect(await pictures.first().evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
		expect(await pictures.first().evaluate((image) => getComputedStyle(image).imageRendering)).toBe('pixelated');
		expect(await page.locator('.text').textContent()).toContain(`seed ${job('generate').seed}`);
		// The box has the focus again; the result's buttons lie before it.
		expect(await focused()).toBe('Message');
		const seen: (string | null | undefined)[] = [];
		while (seen.at(-1) !== 'Again, new seed' && seen.length < 12) {
			await key('Shift+Tab');
			seen.push(await focused());
		}
		expect(seen).toContain('Delete');
		expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid');
		await key('Enter');
		await finished(2);
		expect(job('generate', 1).seed).not.toBe(job('generate').seed);
	});

	test('an anagram typed as a line, flipped in place', async () => {
		await open();
		await type('/anagram "an old man" "a campfire" --seed 3');
		await key('Enter');
		await finished();
		expect(job('anagram')).toMatchObject({ prompts: ['an old man', 'a campfire'], seed: 3 });
		const image = page.locator('.gallery img');
		const upright = { src: await image.getAttribute('src'), alt: await image.getAttribute('alt') };
		const flip = page.getByRole('button', { name: 'Flip' });
		await flip.focus();
		await key('Enter');
		await page.waitForFunction(
			(src) => document.querySelector('.gallery img')?.getAttribute('src') !== src,
			upright.src,
		);
		expect(await image.getAttribute('alt')).not.toBe(upright.alt);
		expect(await page.locator('.message').count()).toBe(1);
		expect(await focused()).toBe('Flip');
		await key('Enter');
		await page.waitForFunction(
			(src) => document.querySelector('.gallery img')?.getAttribute('src') === src,
			upright.src,
		);
	});

	test('a running job shows its progress and preview, and can be cancelled', async () => {
		await open();
		server.runner.holdAt = 3;
		await type('a pencil');
		await key('Enter');
		await page.getByText('Step 3 of 4.', { exact: true }).first().waitFor();
		expect(await page.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(0.75);
		expect(await page.locator('img.preview').getAttribute('src')).toMatch(/^data:image\/png/);
		await type('a dog');
		await key('Enter');
		await page.getByText('Waiting: next in line.').waitFor();
		await page.getByRole('button', { name: 'Cancel' }).last().click();
		await page.getByRole('button', { name: 'Cancel' }).first().click();
		await expect.poll(() => page.locator('.message[data-state=cancelled]').count()).toBe(2);
		expect(await page.getByText('Cancelled.').first().isVisible()).toBe(true);
		await page.getByRole('button', { name: 'Remove this message' }).first().click();
		await expect.poll(() => page.locator('.message').count()).toBe(1);
		// A slash reaches the box from wherever one is.
		await page.getByRole('button', { name: 'Remove this message' }).focus();
		await type('/models');
		expect(await page.locator('textarea.line').inputValue()).toBe('/models');
		await key('Escape', 'Enter');
		await finished();
		expect(await page.locator('.message').last().getByText('fake-xl', { exact: true }).isVisible()).toBe(true);
	});

	test('a picture comes by file, by paste and by drop', async () => {
		await open();
		const files = await Promise.all([1, 2, 3].map((seed) => bands(seed, 1)));
		const send = async (count: number) => {
			await page.getByRole('img', { name: `Preview of picture-${count}.png` }).waitFor();
			await option('prompt').fill('a house');
			await key('Enter');
			await finished(count);
		};
		await page.setInputFiles('.line-tools input[type=file]', {
			name: 'picture-1.png',
			mimeType: 'image/png',
			buffer: files[0],
		});
		await send(1);
		await hand(page, 'paste', files[1], 'picture-2.png');
		await send(2);
		await type('a house');
		await hand(page, 'drop', files[2], 'picture-3.png');
		expect(await option('prompt').inputValue()).toBe('a house');
		await send(3);
		for (const [i, file] of files.entries()) {
			expect(job('edit', i).prompt).toBe('a house');
			const stored = await sharp(await server.blobs.get(job('edit', i).image))
				.removeAlpha()
				.raw()
				.toBuffer();
			expect(stored.equals(await sharp(file).removeAlpha().raw().toBuffer())).toBe(true);
			expect(await page.locator('.inputs img').nth(i).getAttribute('alt')).toBe(`picture-${i + 1}.png`);
		}
		// A file that only calls itself a picture: one sentence, and the rest of the form stays.
		await page.setInputFiles('.line-tools input[type=file]', {
			name: 'fake.png',
			mimeType: 'image/png',
			buffer: Buffer.from('text'),
		});
		await option('prompt').fill('kept');
		await key('Enter');
		await page.getByText('fake.png is not a picture that can be read').waitFor();
		expect(await option('prompt').inputValue()).toBe('kept');
	});

	test('a sketch is drawn by mouse and by keyboard, undone, and edited', async () => {
		await open();
		await page.getByRole('button', { name: 'Draw a sketch' }).focus();
		await key('Enter');
		const canvas = page.locator('dialog canvas');
		const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
		const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
		const stroke = async (y: number) => {
			await page.mouse.move(...at(0.2, y));
			await page.mouse.down();
			await page.mouse.move(...at(0.8, y), { steps: 5 });
			await page.mouse.up();
		};
		await stroke(0.25);
		await stroke(0.75);
		await page.getByRole('button', { name: 'Undo' }).click();
		await page.getByRole('radio', { name: 'Red' }).check();
		await canvas.focus();
		await key(' ', ...Array<string>(4).fill('Shift+ArrowRight'), ' ');
		await page.getByRole('button', { name: 'Use this sketch' }).click();
		await page.getByRole('img', { name: 'Preview of sketch.png' }).waitFor();
		await type('a tree');
		await key('Enter');
		await finished();
		const stored = sharp(await server.blobs.get(job('edit').image)).removeAlpha();
		const { data, info } = await stored.raw().toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([512, 512]);
		const pixel = (x: number, y: number) => [...data.subarray((y * 512 + x) * 3, (y * 512 + x) * 3 + 3)];
		expect(pixel(256, 128)).toEqual([0x1b, 0x1b, 0x1f]); // the stroke that stayed
		expect(pixel(256, 384)).toEqual([255, 255, 255]); // the stroke that was undone
		expect(pixel(320, 256)).toEqual([0xe5, 0x48, 0x4d]); // the keyboard's
		expect(pixel(2, 2)).toEqual([255, 255, 255]);
	});

	test('dialogs keep the focus inside, close on Escape and give it back', async () => {
		await open();
		await page.getByRole('button', { name: 'Draw a sketch' }).focus();
		await key('Enter');
		await page.getByRole('dialog', { name: 'Sketch pad' }).waitFor();
		for (let i = 0; i < 25; i++) {
			await key('Tab');
			const inside = await page.evaluate(
				() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
			);
			expect(inside).toBe(true);
		}
		await key('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		expect(await focused()).toBe('Draw a sketch');
	});

	test('a mask is painted over the picture: white where it was painted, black elsewhere', async () => {
		const taken: unknown[] = [];
		const masked = defineCommand({
			name: 'masked',
			summary: 'Take a picture and a mask',
			example: '',
			options: {
				image: { kind: 'image', summary: 'The picture', required: true },
				mask: { kind: 'image', summary: 'The mask', required: true },
			},
			async run({ mask }) {
				taken.push(mask.blob);
				return { text: 'Taken.', figures: [] };
			},
		});
		await open({}, [...commands, masked]);
		await type('/masked');
		await key('Enter');
		await page.getByRole('button', { name: 'Paint mask' }).click();
		await page.getByText('Choose the picture first').waitFor();
		await hand(page, 'paste', await bands(1, 1), 'photo.png');
		await page.getByRole('button', { name: 'Paint mask' }).click();
		const canvas = page.locator('dialog canvas[role]');
		const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
		await page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
		await page.mouse.down();
		await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 4 });
		await page.mouse.up();
		await page.getByRole('button', { name: 'Use this mask' }).click();
		await page.getByRole('img', { name: 'Preview of mask.png' }).waitFor();
		await page.getByRole('button', { name: 'Send' }).click();
		await finished();
		const { data, info } = await sharp(await server.blobs.get(taken[0] as string))
			.greyscale()
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([256, 256]);
		expect(new Set(data)).toEqual(new Set([0, 255]));
		expect(data[64 * 256 + 96]).toBe(255);
		expect(data[192 * 256 + 96]).toBe(0);
	});

	test('a refusal is one sentence, and what was written stays', async () => {
		await open();
		const problem = page.getByRole('alert');
		await type('/generate a dog --steps 0');
		await key('Enter');
		await problem.getByText('steps must be a whole number from 1 to 1000, for example 20; got "0".').waitFor();
		expect(await page.locator('textarea.line').inputValue()).toBe('/generate a dog --steps 0');
		await type('0');
		expect(await problem.isVisible()).toBe(false);
		await page.locator('textarea.line').fill('');
		await type('/edi');
		await key('Enter', 'Tab', 'Tab');
		await type('a house');
		await key('Enter');
		await problem.getByText('image must be a PNG, JPEG, WebP, GIF or AVIF picture.').waitFor();
		expect(await option('prompt').inputValue()).toBe('a house');
		expect(await focused()).toBe('Choose a file for image');
		await page.getByText('More options').click();
		await option('steps').fill('1001');
		await hand(page, 'paste', await bands(1, 1), 'photo.png');
		await page.getByRole('button', { name: 'Send' }).click();
		await problem.getByText('steps must be a whole number from 1 to 1000, for example 20.').waitFor();
		expect(server.runner.submitted).toEqual([]);
		expect(await page.locator('.message').count()).toBe(0);
	});

	test('a reload keeps the conversation, and a new connection shows the present state', async () => {
		await open();
		await type('/generate a skull --seed 11');
		await key('Enter');
		await finished();
		server.runner.holdAt = 2;
		await type('a pencil');
		await key('Enter');
		await page.getByText('Step 2 of 4.', { exact: true }).first().waitFor();
		await page.reload();
		await finished();
		expect(await page.locator('.message').count()).toBe(2);
		expect(await page.locator('.asked').first().textContent()).toBe('/generate a skull --seed 11');
		expect(await page.locator('.gallery img').getAttribute('alt')).toContain('seed 11');
		await page.getByText('Step 2 of 4.', { exact: true }).first().waitFor();
		expect(await page.getByText('What shall we make?').isVisible()).toBe(false);
		server.runner.holdAt = undefined;
		await finished(2);
	});

	test('the description of a picture is there to read, its file to keep, and itself to go on with', async () => {
		await open();
		await type('/generate a man --seed 2');
		await key('Enter');
		await finished();
		const caption = page.locator('figcaption');
		expect(await caption.isVisible()).toBe(false);
		await page.getByRole('button', { name: 'Description of generate-2.png' }).click();
		expect(await caption.textContent()).toBe(await page.locator('.gallery img').getAttribute('alt'));
		expect(await caption.isVisible()).toBe(true);
		const downloading = page.waitForEvent('download');
		await page.getByRole('link', { name: 'Download generate-2.png' }).click();
		const download = await downloading;
		expect(download.suggestedFilename()).toBe('generate-2.png');
		expect((await sharp(await readFile(await download.path())).metadata()).width).toBe(256);
		await page.getByRole('button', { name: 'Use generate-2.png as input' }).click();
		await page.getByRole('img', { name: 'Preview of generate-2.png' }).waitFor();
		await type('a woman');
		await key('Enter');
		await finished(2);
		expect(job('edit', 1)).toMatchObject({ kind: 'edit', prompt: 'a woman' });
	});

	test('the arrow keys bring back what was sent, lines and forms', async () => {
		await open();
		await type('a dog');
		await key('Enter');
		await finished();
		await type('/anag');
		await key('Enter');
		await type('one');
		await key('Tab');
		await type('two');
		await key('Enter');
		await finished(2);
		await key('ArrowUp');
		expect(await option('prompt2').inputValue()).toBe('two');
		await key('ArrowUp');
		expect(await page.locator('textarea.line').inputValue()).toBe('a dog');
		await key('ArrowDown');
		expect(await option('prompt').inputValue()).toBe('one');
		await key('Escape');
		expect(await page.locator('textarea.line').inputValue()).toBe('');
	});

	test('progress is read out sparsely', async () => {
		await open();
		await page.evaluate(() => {
			const said: string[] = [];
			Object.assign(window, { said });
			const live = document.getElementById('live') as HTMLElement;
			new MutationObserver(() => said.push(live.textContent ?? '')).observe(live, { childList: true });
		});
		server.runner.steps = 60;
		server.runner.stepMs = 15;
		await type('a dog');
		await key('Enter');
		await finished();
		const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
		expect(said.filter((text) => text.startsWith('Step')).length).toBeGreaterThan(0);
		expect(said.filter((text) => text.startsWith('Step')).length).toBeLessThanOrEqual(3);
		expect(said.at(-1)).toContain('“a dog”');
	});

	test('at 360 pixels nothing scrolls sideways', async () => {
		await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
		expect(await overflow()).toBe(0);
		await type('/ana');
		await key('Enter');
		await page.getByText('More options').click();
		expect(await overflow()).toBe(0);
		await key('Escape');
		await page.locator('textarea.line').fill(`/generate ${'verylongword'.repeat(12)} --count 3`);
		await key('Enter');
		await finished();
		expect(await overflow()).toBe(0);
		await page.getByRole('button', { name: 'Draw a sketch' }).click();
		const canvas = (await page.locator('dialog canvas').boundingBox()) as { x: number; width: number };
		expect(canvas.x).toBeGreaterThan(0);
		expect(canvas.x + canvas.width).toBeLessThan(360);
		expect(await overflow()).toBe(0);
	});

	test('who asks for less motion gets none, and a bot that is gone is told of', async () => {
		await open({ reducedMotion: 'reduce' });
		server.runner.holdAt = 1;
		await type('a dog');
		await key('Enter');
		await page.locator('.canvas').waitFor();
		expect(await page.locator('.canvas').evaluate((element) => getComputedStyle(element).animationName)).toBe('none');
		expect(await page.getByText('The bot does not answer.').isVisible()).toBe(false);
		await server.stop();
		await page.getByText('The bot does not answer.').waitFor();
		await type('kept');
		await key('Enter');
		await page.getByRole('alert').getByText('The bot does not answer; see whether it is still running.').waitFor();
		expect(await page.locator('textarea.line').inputValue()).toBe('kept');
		const expected = (complaint: string) =>
			complaint.includes('ERR_CONNECTION_REFUSED') || complaint.includes('ERR_INCOMPLETE');
		shown = { page, complaints: shown.complaints.filter((complaint) => !expected(complaint)) };
	});
});
