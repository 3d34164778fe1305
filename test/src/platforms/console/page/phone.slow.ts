import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { warmUp } from '../../../../../src/uploads/picture.ts';
import { describeInChromium } from './browser.ts';

beforeAll(() => warmUp());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** The smallest side of a target that fingers hit reliably, in CSS pixels. */
const SIDE = 44;

/** What can be touched, is in sight and too small: "button “Delete” 80 x 30". Words in running text may be smaller. */
function tooSmall(page: Page): Promise<readonly string[]> {
	return page.evaluate((side) => {
		// The link that skips to the message box is for keyboards.
		const targets = 'button, summary, select, textarea, input, a[href]:not(.skip), [role=button], [tabindex="0"]';
		return [...document.querySelectorAll<HTMLElement>(targets)].flatMap((target) => {
			// A label is touched in place of what it names.
			const label = target instanceof HTMLInputElement ? target.closest('label') : null;
			const shown = label ?? target;
			const { width, height } = shown.getBoundingClientRect();
			const isHidden = !shown.checkVisibility({ opacityProperty: true, visibilityProperty: true });
			const isInText = getComputedStyle(target).display === 'inline' && target.closest('p, li, td') !== null;
			if (isHidden || isInText || width <= 1 || (width >= side - 0.5 && height >= side - 0.5)) return [];
			const name = target.getAttribute('aria-label') ?? target.textContent ?? '';
			return [`${target.localName}.${target.className} “${name.trim().slice(0, 40)}” ${width} x ${height}`];
		});
	}, SIDE);
}

describeInChromium('on a phone', (chat) => {
	test('everything that can be touched is large enough', async () => {
		await chat.open(PHONE);
		const { page } = chat;
		const inDialog = async (button: string) => {
			await page.getByRole('button', { name: button }).last().tap();
			await page.getByRole('dialog').waitFor();
			expect(await tooSmall(page), button).toEqual([]);
			await page.keyboard.press('Escape');
			await page.getByRole('dialog').waitFor({ state: 'hidden' });
		};
		await page.locator('#examples img').last().waitFor();
		expect(await tooSmall(page), 'first visit').toEqual([]);
		await page.locator('textarea.line').tap();
		await chat.type('/edit');
		await chat.key('Enter');
		await page.getByText('More options').tap();
		expect(await tooSmall(page), 'form').toEqual([]);
		await inDialog('Draw image');
		await chat.key('Escape');
		await chat.type('/anagram "an old man" "a campfire" --tries 3 --seed 3');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished(2);
		await page.getByRole('button', { name: 'Details' }).last().tap();
		expect(await tooSmall(page), 'conversation').toEqual([]);
		await inDialog('Compare anagram-3.png');
		await inDialog('All results');
		expect(await chat.overflow()).toBe(0);
	});
});
