import type { Locator } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { warmUp } from '../../../../../src/uploads/picture.ts';
import { describeInChromium } from './browser.ts';

beforeAll(() => warmUp());

describeInChromium('pictures on the page', (chat) => {
	test('can be enlarged by keyboard wherever they are shown', async () => {
		await chat.open();
		const { page } = chat;
		const lines = ['/anagram "an old man" "a campfire" --seed 3 --animate', '/settings --spoiler on', 'a dog --seed 5'];
		for (const [i, line] of lines.entries()) {
			await chat.type(line);
			await chat.key('Enter');
			await chat.finished(i + 1);
		}
		for (const [i, label] of ['Flip', 'Animate'].entries()) {
			await page.getByRole('button', { name: label, exact: true }).first().click();
			await chat.finished(lines.length + 1 + i);
		}
		const check = async (buttons: Locator, pictures: Locator, count: number) => {
			expect(await buttons.count()).toBe(count);
			expect(await pictures.count()).toBe(count);
			for (let i = 0; i < count; i++) {
				await buttons.nth(i).focus();
				await chat.key('Enter');
				const shown = page.locator('.viewer-frame img').first();
				expect(await shown.getAttribute('src')).toBe(await pictures.nth(i).getAttribute('src'));
				await chat.key('Escape');
				await shown.waitFor({ state: 'detached' });
				expect(await buttons.nth(i).evaluate((button) => button === document.activeElement)).toBe(true);
			}
		};
		await check(page.getByRole('button', { name: /^Enlarge / }), page.locator('.gallery img'), 5);
		await page.getByRole('button', { name: 'All results' }).click();
		await page.locator('.results li').first().waitFor();
		await check(page.getByRole('button', { name: /^Enlarge \// }), page.locator('.results img'), 4);
	});
});
