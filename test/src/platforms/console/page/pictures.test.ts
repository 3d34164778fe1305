import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { commands } from '../../../../../commands/index.ts';
import { defineCommand } from '../../../../../commands/lib/command.ts';
import { warmUp } from '../../../../../src/uploads/picture.ts';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium, hand, paintMask } from './browser.ts';

beforeAll(() => warmUp());

describeInChromium('pictures on the page', (chat) => {
	test('can be chosen, pasted and dropped', async () => {
		await chat.open();
		const files = await Promise.all([1, 2, 3].map((seed) => bands(seed, 1)));
		const send = async (count: number) => {
			await chat.page.getByRole('img', { name: `Preview of picture-${count}.png` }).waitFor();
			await chat.option('prompt').fill('a house');
			await chat.key('Enter');
			await chat.finished(count);
		};
		await chat.page.setInputFiles('.line-tools input[type=file]', {
			name: 'picture-1.png',
			mimeType: 'image/png',
			buffer: files[0],
		});
		await send(1);
		await hand(chat.page, 'paste', files[1], 'picture-2.png');
		await send(2);
		await chat.type('a house');
		await hand(chat.page, 'drop', files[2], 'picture-3.png');
		expect(await chat.option('prompt').inputValue()).toBe('a house');
		await send(3);
		for (const [i, file] of files.entries()) {
			expect(chat.job('edit', i).prompt).toBe('a house');
			const stored = await sharp(await chat.server.blobs.get(chat.job('edit', i).image))
				.removeAlpha()
				.raw()
				.toBuffer();
			expect(stored.equals(await sharp(file).removeAlpha().raw().toBuffer())).toBe(true);
			expect(await chat.page.locator('.inputs img').nth(i).getAttribute('alt')).toBe(`picture-${i + 1}.png`);
		}
		// For a file that only begins like a picture there is one sentence, and the form stays.
		await chat.page.setInputFiles('.line-tools input[type=file]', {
			name: 'fake.png',
			mimeType: 'image/png',
			buffer: Buffer.concat([files[0].subarray(0, 8), Buffer.from('text')]),
		});
		await chat.option('prompt').fill('kept');
		await chat.key('Enter');
		await chat.page.getByText('fake.png is not a picture that can be read').waitFor();
		expect(await chat.option('prompt').inputValue()).toBe('kept');
	});

	test('are refused at once if they cannot be read, and not put into the form', async () => {
		await chat.open();
		const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
		await hand(chat.page, 'drop', heic, 'photo.heic');
		await chat.page.getByText('photo.heic is HEIC; send it as JPEG').waitFor();
		expect(await chat.page.locator('.command-form').count()).toBe(0);
		await hand(chat.page, 'drop', await bands(1, 1), 'good.png');
		await chat.page.getByRole('img', { name: 'Preview of good.png' }).waitFor();
		await chat.page.setInputFiles('[data-option=image] input[type=file]', {
			name: 'notes.png',
			mimeType: 'image/png',
			buffer: Buffer.from('text'),
		});
		await chat.page.getByText('notes.png is not a picture that can be read').waitFor();
		expect(await chat.page.getByRole('img', { name: 'Preview of good.png' }).count()).toBe(1);
	});

	test('can be drawn by mouse and keyboard, with undo', async () => {
		await chat.open();
		await chat.page.getByRole('button', { name: 'Draw a sketch' }).focus();
		await chat.key('Enter');
		const canvas = chat.page.locator('dialog canvas');
		const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
		const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
		const stroke = async (y: number) => {
			await chat.page.mouse.move(...at(0.2, y));
			await chat.page.mouse.down();
			await chat.page.mouse.move(...at(0.8, y), { steps: 5 });
			await chat.page.mouse.up();
		};
		await stroke(0.25);
		await stroke(0.75);
		await chat.page.getByRole('button', { name: 'Undo' }).click();
		await chat.page.getByRole('radio', { name: 'Red' }).check();
		await canvas.focus();
		await chat.key(' ', ...Array<string>(4).fill('Shift+ArrowRight'), ' ');
		await chat.page.getByRole('button', { name: 'Use this sketch' }).click();
		await chat.page.getByRole('img', { name: 'Preview of sketch.png' }).waitFor();
		await chat.type('a tree');
		await chat.key('Enter');
		await chat.finished();
		const stored = sharp(await chat.server.blobs.get(chat.job('edit').image)).removeAlpha();
		const { data, info } = await stored.raw().toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([512, 512]);
		const pixel = (x: number, y: number) => [...data.subarray((y * 512 + x) * 3, (y * 512 + x) * 3 + 3)];
		expect(pixel(256, 128)).toEqual([0x1b, 0x1b, 0x1f]); // the stroke that stayed
		expect(pixel(256, 384)).toEqual([255, 255, 255]); // the stroke that was undone
		expect(pixel(320, 256)).toEqual([0xe5, 0x48, 0x4d]); // the keyboard's
		expect(pixel(2, 2)).toEqual([255, 255, 255]);
	});

	test('open dialogs that keep the focus inside, close on Escape and give it back', async () => {
		await chat.open();
		await chat.page.getByRole('button', { name: 'Draw a sketch' }).focus();
		await chat.key('Enter');
		await chat.page.getByRole('dialog', { name: 'Sketch pad' }).waitFor();
		for (let i = 0; i < 25; i++) {
			await chat.key('Tab');
			const inside = await chat.page.evaluate(
				() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null,
			);
			expect(inside).toBe(true);
		}
		await chat.key('Escape');
		await chat.page.getByRole('dialog').waitFor({ state: 'detached' });
		expect(await chat.focused()).toBe('Draw a sketch');
	});

	test('can be masked: the mask is white where it was painted and black elsewhere', async () => {
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
		await chat.open({}, [...commands, masked]);
		await chat.type('/masked');
		await chat.key('Enter');
		await chat.page.getByRole('button', { name: 'Paint mask' }).click();
		await chat.page.getByText('Choose the picture first').waitFor();
		// Dropped on the mask, a file becomes the mask; pasted elsewhere, it goes to the first empty option.
		await hand(chat.page, 'drop', await bands(2, 1), 'own.png', '[data-option=mask]');
		await chat.page.locator('[data-option=mask]').getByRole('img', { name: 'Preview of own.png' }).waitFor();
		await hand(chat.page, 'paste', await bands(1, 1), 'photo.png');
		await chat.page.locator('[data-option=image]').getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		await paintMask(chat.page);
		await chat.page.getByRole('img', { name: 'Preview of mask.png' }).waitFor();
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.finished();
		const { data, info } = await sharp(await chat.server.blobs.get(taken[0] as string))
			.greyscale()
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([info.width, info.height]).toEqual([256, 256]);
		expect(new Set(data)).toEqual(new Set([0, 255]));
		expect(data[64 * 256 + 96]).toBe(255);
		expect(data[192 * 256 + 96]).toBe(0);
	});

	test('show their description, and can be downloaded and used as input', async () => {
		await chat.open();
		await chat.type('/generate a man --seed 2');
		await chat.key('Enter');
		await chat.finished();
		const caption = chat.page.locator('figcaption');
		expect(await caption.isVisible()).toBe(false);
		await chat.page.getByRole('button', { name: 'Description of generate-2.png' }).click();
		expect(await caption.textContent()).toBe(await chat.page.locator('.gallery img').getAttribute('alt'));
		expect(await caption.isVisible()).toBe(true);
		const downloading = chat.page.waitForEvent('download');
		await chat.page.getByRole('link', { name: 'Download generate-2.png' }).click();
		const download = await downloading;
		expect(download.suggestedFilename()).toBe('generate-2.png');
		expect((await sharp(await readFile(await download.path())).metadata()).width).toBe(256);
		await chat.page.getByRole('button', { name: 'Use generate-2.png as input' }).click();
		await chat.page.getByRole('img', { name: 'Preview of generate-2.png' }).waitFor();
		await chat.type('a woman');
		await chat.key('Enter');
		await chat.finished(2);
		expect(chat.job('edit', 1)).toMatchObject({ kind: 'edit', prompt: 'a woman' });
	});

	test('are covered until somebody clicks, if the channel hides pictures', async () => {
		await chat.open();
		await chat.type('/settings --spoiler on');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('/generate a dog --seed 7');
		await chat.key('Enter');
		await chat.finished(2);
		const cover = chat.page.getByRole('button', { name: 'Show generate-7.png' });
		const blur = () => chat.page.locator('.gallery img').evaluate((image) => getComputedStyle(image).filter);
		expect(await blur()).toContain('blur');
		await cover.focus();
		await chat.key('Enter');
		expect(await cover.count()).toBe(0);
		expect(await blur()).toBe('none');
		expect(await chat.focused()).toBe('Enlarge generate-7.png');
	});

	test('stay covered when they are turned over', async () => {
		await chat.open();
		await chat.type('/settings --spoiler on');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished(2);
		await chat.page.getByRole('button', { name: /^Turn over/ }).click();
		const back = chat.page.locator('.gallery .back');
		const blur = () => back.evaluate((side) => getComputedStyle(side).filter);
		expect(await blur()).toContain('blur');
		// A click where the picture is lifts the cover, also from its other side.
		await chat.page.getByRole('button', { name: 'Show anagram-3.png' }).click();
		expect(await blur()).toBe('none');
	});
});
