import { expect, test } from 'vitest';
import { ask } from '../harness.ts';
import { describeInChromium } from './browser.ts';

describeInChromium('a tab', (chat) => {
	test('shows the progress of its own request in its title, and does not scroll when others arrive', async () => {
		await chat.open({ viewport: { width: 1100, height: 500 } });
		const { page, server } = chat;
		server.runner.holdAt = 2;
		await chat.type('/anagram "a" "b" --seed 1');
		await chat.key('Enter');
		await page.waitForFunction(() => document.title === '50% · Flipside');
		server.runner.holdAt = undefined;
		await chat.finished();
		expect(await page.title()).toBe('Flipside');
		await chat.type('a cat --seed 2');
		await chat.key('Enter');
		await chat.finished(2);
		await page.evaluate(() => window.scrollTo({ top: 0 }));
		await page.waitForFunction(() => window.scrollY === 0);
		await ask(server.url, { line: 'a dog --seed 3' });
		await chat.finished(3);
		const news = page.getByRole('button', { name: '1 new' });
		await news.waitFor();
		expect(await page.evaluate(() => window.scrollY)).toBe(0);
		await news.click();
		await page.waitForFunction(() => window.scrollY > 200);
		expect(await news.isVisible()).toBe(false);
		expect(await chat.focused()).toBe('Message');
	});

	test('sends a notification when a request ends in a hidden tab, once the button has been pressed', async () => {
		await chat.open();
		const { page } = chat;
		// Without a screen Chromium shows no notifications, and never hides a tab.
		await page.evaluate(() => {
			class FakeNotification extends EventTarget {
				static permission = 'default';
				static readonly shown: string[] = [];
				static async requestPermission() {
					FakeNotification.permission = 'granted';
					return FakeNotification.permission;
				}
				constructor(title: string, { body }: { body: string }) {
					super();
					FakeNotification.shown.push(`${title}: ${body}`);
				}
			}
			Object.assign(window, { Notification: FakeNotification });
			Object.defineProperty(document, 'hidden', { get: () => true });
		});
		const shown = () => page.evaluate(() => (window.Notification as unknown as { shown: readonly string[] }).shown);
		await chat.type('a cat --seed 1');
		await chat.key('Enter');
		await chat.finished();
		expect(await shown()).toEqual([]);
		const bell = page.getByRole('button', { name: 'Notify me when my requests are done' });
		await bell.click();
		await page.waitForFunction(() => document.querySelector('[aria-label^="Notify me"]')?.ariaPressed === 'true');
		await page.locator('textarea.line').click();
		await chat.type('a dog --seed 2');
		await chat.key('Enter');
		await chat.finished(2);
		expect(await shown()).toEqual([expect.stringMatching(/^Done: .*a dog.*: /)]);
		expect(await page.title()).toBe('Done · Flipside');
	});
});
