import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commands } from '../../../../../commands/index.ts';
import { readTyped } from '../../../../../src/chat/typed-request.ts';
import { EXAMPLES, exampleFiles } from '../../../../../src/platforms/console/examples.ts';
import { describeInChromium } from './browser.ts';

test('every example has a valid line with a seed, and a small picture', async () => {
	const files = await exampleFiles();
	for (const { line, upload, picture } of EXAMPLES) {
		const { command, values } = readTyped(commands, line, { files: upload ? [upload] : [] });
		expect(commands.map(({ name }) => name)).toContain(command);
		expect(values.seed, line).toMatch(/^\d+$/);
		const { body } = files.get(`/examples/${picture}`) as { body: Uint8Array };
		expect(body.length, picture).toBeLessThan(30_000);
	}
	const folder = new URL('../../../../../assets/console/', import.meta.url);
	for (const { picture } of EXAMPLES) expect((await stat(new URL(picture, folder))).isFile()).toBe(true);
});

describeInChromium('the first visit', (chat) => {
	test('shows examples that a click runs, and every other command', async () => {
		await chat.open();
		const { page } = chat;
		const pictures = page.locator('#examples img');
		expect(await pictures.count()).toBe(6);
		await pictures.last().waitFor();
		for (const picture of await pictures.all()) {
			expect(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
		}
		expect(await page.getByRole('button', { name: /^\/inpaint / }).isVisible()).toBe(true);
		await page.getByRole('button', { name: /^A heart/ }).click();
		await chat.finished();
		expect(chat.job('anagram')).toMatchObject({ prompts: ['a heart', 'a skull'], seed: 8 });
		// The new picture turns over and back.
		const turned = page.locator('.picture.turned .back');
		await turned.waitFor();
		expect(await turned.evaluate((back) => getComputedStyle(back).backgroundImage)).toMatch(
			/\/pictures\/[0-9a-f]{64}\.png/,
		);
		await page.locator('.picture:not(.turned) .back').waitFor();
		expect(await chat.focused()).toBe('Message');
		await page.getByRole('button', { name: 'Delete' }).click();
		await page.getByRole('button', { name: /^A sketch/ }).click();
		await chat.finished();
		expect(chat.job('edit', 1)).toMatchObject({ prompt: 'a house', starts: [5], seed: 4169011955 });
	});
});
