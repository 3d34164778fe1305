import { expect, test } from 'vitest';
import type { Figure } from '../../../../../commands/lib/command.ts';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium } from './browser.ts';
import { twoSteps } from './two-steps.ts';

const figure = async (seed: number): Promise<Figure> => ({
	bytes: await bands(seed, 1),
	type: 'image/png',
	width: 64,
	height: 64,
	alt: `Picture ${seed}`,
	filename: `${seed}.png`,
});

describeInChromium('the focus', (chat) => {
	test('stays where it is while pictures come, and moves to what takes the place of one', async () => {
		const [first, second, third] = await Promise.all([1, 2, 3].map(figure));
		const { command, step } = twoSteps(first, second, third);
		await chat.open({}, [command]);
		await chat.type('/train');
		await chat.key('Escape', 'Enter');
		await chat.page.getByRole('link', { name: 'Download 1.png' }).focus();
		step();
		const next = chat.page.getByRole('link', { name: 'Download 2.png' });
		await next.waitFor();
		expect(await chat.focused()).toBe('Download 1.png');
		await next.focus();
		step();
		await chat.finished();
		expect(await chat.focused()).toBe('Download 3.png');
	});

	test('moves to the composer from an offer that is taken, or is over', async () => {
		await chat.open();
		const { page } = chat;
		await chat.type('a dog');
		await chat.key('Enter');
		await chat.finished();
		await page.clock.install();
		const offer = page.locator('#toasts').getByRole('button', { name: 'Report' });
		const ask = () => page.locator('.message').getByRole('button', { name: 'Report' }).click();
		await ask();
		await offer.focus();
		await page.clock.fastForward('01:01');
		expect(await offer.count()).toBe(0);
		expect(await chat.focused()).toBe('Message');
		await chat.type('/edit');
		await chat.key('Enter');
		await page.getByRole('group', { name: '/edit' }).waitFor();
		await ask();
		await offer.focus();
		await chat.key('Enter');
		expect(await page.evaluate(() => document.activeElement?.closest('.command-form') !== null)).toBe(true);
	});

	test('moves to the first of the oldest results when there are no older ones', async () => {
		await chat.open();
		const { page } = chat;
		for (const [i, seed] of [5, 6].entries()) {
			await chat.type(`a dog --seed ${seed}`);
			await chat.key('Enter');
			await chat.finished(i + 1);
		}
		await page.route('**/api/results?*', async (route) => {
			const { results } = await (await route.fetch()).json();
			const isFirst = new URL(route.request().url()).searchParams.get('before') === '';
			await route.fulfill({
				json: isFirst ? { results: results.slice(0, 1), more: results[0].created } : { results: results.slice(-1) },
			});
		});
		await page.getByRole('button', { name: 'All results' }).click();
		await page.getByRole('button', { name: 'Show older results' }).focus();
		await chat.key('Enter');
		await page.locator('.results li').nth(1).waitFor();
		await expect.poll(() => chat.focused()).toMatch(/^Enlarge .*--seed 5$/);
	});
});
