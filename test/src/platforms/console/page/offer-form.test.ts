import { expect, test } from 'vitest';
import { bands } from '../../../../fakes/fake-runner.ts';
import { fetch } from '../harness.ts';
import { describeInChromium, hand } from './browser.ts';

describeInChromium('a dropped picture', (chat) => {
	test('offers its form if it has an imprint, and otherwise is only a picture', async () => {
		await chat.open();
		const { page, server } = chat;
		await chat.type('/generate "a red dog" --seed 5 --steps 3');
		await chat.key('Enter');
		await chat.finished();
		const path = await page.locator('.gallery img').getAttribute('src');
		const picture = new Uint8Array(await (await fetch(server.url + path)).arrayBuffer());
		await hand(page, 'drop', await bands(1, 1), 'plain.png');
		await page.getByRole('img', { name: 'Preview of plain.png' }).waitFor();
		await chat.key('Escape');
		await hand(page, 'drop', picture, 'dog.png');
		await page.getByRole('button', { name: 'Open /generate with its settings' }).click();
		await page.getByRole('group', { name: '/generate' }).waitFor();
		expect(await page.locator('.toasts button').count()).toBe(0);
		const values = await Promise.all(['prompt', 'seed', 'steps'].map((name) => chat.option(name).inputValue()));
		expect(values).toEqual(['a red dog', '5', '3']);
	});
});
