import { expect, test } from 'vitest';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium, hand } from './browser.ts';

describeInChromium('unsent work', (chat) => {
	test('in a form survives Escape and a reload, and is cleared once it is sent; results can be dragged into a form', async () => {
		await chat.open();
		const { page } = chat;
		await hand(page, 'drop', await bands(1, 1), 'photo.png');
		await page.getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		await chat.option('prompt').fill('a house');
		await chat.key('Escape');
		await page.locator('textarea.line').waitFor();
		await page.getByRole('button', { name: 'Reopen /edit' }).click();
		expect(await chat.option('prompt').inputValue()).toBe('a house');
		// The draft is saved a moment after the last change.
		await page.waitForTimeout(1000);
		await page.reload();
		await page.getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		expect(await chat.option('prompt').inputValue()).toBe('a house');
		await chat.option('prompt').focus();
		await chat.key('Enter');
		await chat.finished();
		await page.locator('textarea.line').waitFor();
		expect(await page.getByRole('button', { name: 'Reopen /edit' }).isVisible()).toBe(false);
		await chat.type('/edit');
		await chat.key('Enter');
		await page.locator('.gallery img').dragTo(page.locator('[data-option=image]'));
		await page.getByRole('img', { name: /^Preview of edit-/ }).waitFor();
	});

	test('on the sketch pad survives Escape and a reload, with its background; Redo restores strokes, and Fill stays within lines', async () => {
		await chat.open();
		const { page } = chat;
		const open = async () => {
			await page.getByRole('button', { name: 'Draw a sketch' }).click();
			await page.getByRole('dialog').waitFor();
		};
		const pixel = (x: number, y: number) =>
			page
				.locator('dialog canvas')
				.evaluate(
					(canvas, [left, top]) => [
						...((canvas as HTMLCanvasElement).getContext('2d') as CanvasRenderingContext2D).getImageData(
							left,
							top,
							1,
							1,
						).data,
					],
					[x, y] as const,
				);
		await open();
		await page.getByLabel('Background').fill('#aaccff');
		const box = (await page.locator('dialog canvas').boundingBox()) as { x: number; y: number; width: number };
		const at = (x: number, y: number) => [box.x + (x * box.width) / 512, box.y + (y * box.width) / 512] as const;
		await page.mouse.move(...at(0, 256));
		await page.mouse.down();
		await page.mouse.move(...at(511, 256), { steps: 5 });
		await page.mouse.up();
		await page.getByRole('button', { name: 'Undo' }).click();
		expect(await pixel(256, 256)).toEqual([0, 0, 0, 0]);
		await page.getByRole('button', { name: 'Redo' }).click();
		expect(await pixel(256, 256)).toEqual([0x1b, 0x1b, 0x1f, 255]);
		await page.getByRole('radio', { name: 'Fill' }).check();
		await page.getByRole('radio', { name: 'Green' }).check();
		await page.mouse.click(...at(256, 400));
		expect(await pixel(256, 500)).toEqual([0x30, 0xa4, 0x6c, 255]);
		expect(await pixel(256, 100)).toEqual([0, 0, 0, 0]);
		await chat.key('Escape');
		await page.reload();
		await page.locator('textarea.line').waitFor();
		await open();
		expect(await pixel(256, 500)).toEqual([0x30, 0xa4, 0x6c, 255]);
		expect(await page.getByLabel('Background').inputValue()).toBe('#aaccff');
	});
});
