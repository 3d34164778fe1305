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
});
