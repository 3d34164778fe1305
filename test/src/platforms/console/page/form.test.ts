import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInChromium } from './browser.ts';

describeInChromium('a form', (chat) => {
	const scrolled = () => chat.page.evaluate(() => window.scrollY);

	/** Whether an element is within the part of the form that its scroll area shows. */
	async function inSight(element: Locator): Promise<boolean> {
		const [shown, frame] = await Promise.all([element.boundingBox(), chat.page.locator('.scroll').boundingBox()]);
		if (!shown || !frame) return false;
		return shown.y >= frame.y && shown.y + shown.height <= frame.y + frame.height + 1;
	}

	async function open(command: string): Promise<{ more: Locator; fields: Locator }> {
		await chat.open({ viewport: { width: 1366, height: 768 } });
		await chat.type(`/${command}`);
		await chat.key('Enter');
		const more = chat.page.getByText('More options');
		await more.waitFor();
		return { more, fields: chat.page.locator('.more .field') };
	}

	for (const command of ['anagram', 'hybrid']) {
		test(`/${command} shows More at once and what it opens, and leaves the window where it is`, async () => {
			const { more, fields } = await open(command);
			expect(await inSight(more)).toBe(true);
			const before = await scrolled();
			while ((await chat.focused()) !== 'More options') await chat.key('Tab');
			expect(await inSight(more)).toBe(true);
			expect(await scrolled()).toBe(before);
			await chat.key('Enter');
			await expect.poll(() => inSight(fields.first())).toBe(true);
			expect(await scrolled()).toBe(before);
			while ((await chat.focused()) !== 'Send') {
				await chat.key('Tab');
				expect(await scrolled(), `${await chat.focused()}`).toBe(before);
			}
		});
	}

	test('calls its fields by words, beside which the option is named unless it is one of them', async () => {
		const { more } = await open('generate');
		await more.click();
		const labels = await chat.page.locator('.field label, .field .label').allInnerTexts();
		expect(labels).toEqual(
			expect.arrayContaining([
				'What to show prompt',
				'Keep away from negative',
				'Timesteps with guidance guidance-range',
				'Strength of guidance',
				'Share of fresh noise (eta)',
			]),
		);
		const eta = chat.page.getByRole('spinbutton', { name: 'Share of fresh noise (eta)', exact: true });
		expect(await eta.isVisible()).toBe(true);
	});

	test('shows the field under More that a refusal is about', async () => {
		const { more, fields } = await open('anagram');
		await more.click();
		await chat.option('eta').fill('2');
		await more.click();
		await fields.first().waitFor({ state: 'hidden' });
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.page.getByRole('alert').getByText('eta must be').waitFor();
		// By the next frame the form has opened.
		await chat.page.evaluate(() => new Promise(requestAnimationFrame));
		expect(await inSight(chat.option('eta'))).toBe(true);
	});
});
