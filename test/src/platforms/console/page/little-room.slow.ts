import { beforeAll, expect, test } from 'vitest';
import { commands } from '../../../../../commands/index.ts';
import { warmUp } from '../../../../../src/uploads/picture.ts';
import { describeInChromium } from './browser.ts';
import { brokenWords, cutOff, longPlaceholders } from './fits.ts';

beforeAll(() => warmUp());

/** A window of 1366 x 768 pixels at a zoom of 200 %. An anagram that turns over, in perspective, would reach beyond its frame. */
const ZOOMED = { viewport: { width: 683, height: 384 }, deviceScaleFactor: 2, reducedMotion: 'reduce' } as const;

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };

describeInChromium('in little room', (chat) => {
	/** Nothing is cut off, the page does not scroll sideways, and the composer is between the window's edges. */
	const check = async (where: string) => {
		expect(await chat.page.evaluate(cutOff), where).toEqual([]);
		expect(await chat.overflow(), where).toBe(0);
		const { y, height } = (await chat.page.locator('#composer').boundingBox()) as { y: number; height: number };
		expect(y, where).toBeGreaterThanOrEqual(0);
		expect(y + height, where).toBeLessThanOrEqual(ZOOMED.viewport.height);
	};

	test('at a zoom of 200 %, nothing of the first visit, a form or a conversation is cut off', async () => {
		await chat.open(ZOOMED);
		const { page } = chat;
		await page.locator('#examples img').last().waitFor();
		await check('first visit');
		await chat.type('/inpaint');
		await chat.key('Enter');
		await page.getByRole('group', { name: '/inpaint' }).waitFor();
		await check('form');
		await page.getByText('More options').click();
		await page.getByRole('button', { name: 'Send' }).click();
		await page.getByRole('alert').waitFor();
		await check('refused form');
		for (const field of await page.locator('.field').all()) {
			await field.scrollIntoViewIfNeeded();
			await check((await field.getAttribute('data-option')) ?? '');
		}
		await chat.key('Escape');
		for (const [i, options] of ['--tries 3', ''].entries()) {
			await chat.type(`/anagram "an old man" "a campfire" --seed 3 ${options}`);
			await chat.key('Enter');
			await chat.finished(i + 1);
		}
		await page.getByRole('button', { name: 'Details' }).last().click();
		await page.getByRole('region', { name: 'Details' }).waitFor();
		await page.getByRole('button', { name: 'Description of anagram-3.png' }).click();
		await check('conversation');
	});

	test('in a window of 320 pixels, the header is one line in which nothing is cut off but a long name', async () => {
		await chat.open({ viewport: { width: 320, height: 568 } });
		const { page } = chat;
		const box = async (selector: string) => (await page.locator(selector).boundingBox())!;
		await page.locator('.model[data-state=ready]').waitFor();
		const narrow = await box('.top h1');
		expect((await box('.model')).width).toBe(8);
		const me = await box('.me');
		expect(me.x + me.width).toBeLessThanOrEqual(320 - 8);
		expect(me.width).toBeGreaterThan(60);
		await page.setViewportSize({ width: 800, height: 568 });
		expect((await box('.top h1')).height).toBe(narrow.height);
	});

	test('in a window of 320 pixels, no word is broken for want of room', async () => {
		await chat.open({ viewport: { width: 320, height: 568 } });
		const { page } = chat;
		const broken = () => page.evaluate(brokenWords);
		await page.locator('#examples img').last().waitFor();
		expect(await broken(), 'first visit').toEqual([]);
		await page.locator('textarea.line').fill('/anagram "an old man" "a campfire" --seed 3 --view rotate_180');
		await chat.key('Enter');
		await chat.finished();
		await page.getByRole('button', { name: 'Details' }).click();
		await page.getByRole('region', { name: 'Details' }).waitFor();
		expect(await broken(), 'conversation').toEqual([]);
		await page.getByRole('button', { name: 'Compare anagram-3.png' }).click();
		await page.locator('.viewer-compare').waitFor();
		expect(await broken(), 'viewer').toEqual([]);
		await chat.key('Escape');
		await page.getByRole('button', { name: 'All results' }).click();
		await page.locator('.results li').waitFor();
		expect(await broken(), 'results').toEqual([]);
	});

	test('on a phone, placeholders fit into their fields', async () => {
		await chat.open(PHONE);
		const { page } = chat;
		expect(await page.evaluate(longPlaceholders), 'first visit').toEqual([]);
		for (const { name, options } of commands) {
			if (Object.keys(options).length === 0) continue;
			// The whole name of a command that needs nothing more would send it.
			await page.locator('textarea.line').fill(`/${name.slice(0, -1)}`);
			await chat.key('Enter');
			await page.getByRole('group', { name: `/${name}`, exact: true }).waitFor();
			const more = page.getByText('More options');
			if (await more.isVisible()) await more.click();
			expect.soft(await page.evaluate(longPlaceholders), `/${name}`).toEqual([]);
			await page.getByRole('button', { name: `Close /${name}` }).click();
		}
	});
});
