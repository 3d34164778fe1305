import { expect, test } from 'vitest';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium, hand } from './browser.ts';

describeInChromium('what is being made', (chat) => {
	test('a form and its picture survive Escape and a reload, a result is dragged into it, and nothing is left once it is sent', async () => {
		await chat.open();
		const { page } = chat;
		await hand(page, 'drop', await bands(1, 1), 'photo.png');
		await page.getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		await chat.option('prompt').fill('a house');
		await chat.key('Escape');
		await page.locator('textarea.line').waitFor();
		await page.getByRole('button', { name: 'Reopen /edit' }).click();
		expect(await chat.option('prompt').inputValue()).toBe('a house');
		// It is kept a moment after the last change.
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

	test('a sketch survives Escape and a reload, with its ground; strokes come back by Redo, and Fill keeps within lines', async () => {
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
		await page.getByLabel('Ground').fill('#aaccff');
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
		expect(await page.getByLabel('Ground').inputValue()).toBe('#aaccff');
	});
});
