import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { problems } from './axe.ts';
import { describeInChromium } from './browser.ts';

/** How many lines a result's caption shows of what follows the command. */
function promptLines(caption: Element): number {
	const range = document.createRange();
	range.selectNodeContents(caption.lastChild as Node);
	const { bottom } = caption.getBoundingClientRect();
	const tops = [...range.getClientRects()]
		.filter((line) => line.bottom <= bottom + 1)
		.map(({ top }) => Math.round(top));
	return new Set(tops).size;
}

describeInChromium('all results', (chat) => {
	test('can be searched, marked as favourites, enlarged, and exported with captions and seeds', async () => {
		await chat.open();
		const { page } = chat;
		for (const [i, line] of ['a dog --seed 5', '/anagram "a heart" "a skull" --seed 8'].entries()) {
			await chat.type(line);
			await chat.key('Enter');
			await chat.finished(i + 1);
		}
		await page.getByRole('button', { name: 'All results' }).click();
		const items = page.locator('.results li');
		await items.nth(1).waitFor();
		expect(await problems(page)).toEqual([]);
		const newest = items.first();
		const typed = '/anagram "a heart" "a skull" --seed 8';
		expect(await newest.locator('.result').getAttribute('title')).toBe(typed);
		expect(await newest.getByRole('button', { name: `Enlarge ${typed}` }).count()).toBe(1);
		expect(await newest.locator('.result-line').evaluate(promptLines)).toBeGreaterThanOrEqual(2);
		await page.getByRole('searchbox').fill('SKULL');
		await expect.poll(() => items.count()).toBe(1);
		await page.getByRole('button', { name: /^Favourite: \/anagram/ }).click();
		await page.getByRole('searchbox').fill('');
		await expect.poll(() => items.count()).toBe(2);
		await page.getByLabel('Favourites only').check();
		expect(await items.count()).toBe(1);
		await page.getByLabel('Favourites only').uncheck();
		for (const box of await page.getByRole('checkbox', { name: /^Select / }).all()) await box.check();
		const downloading = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Export 2 as zip' }).click();
		const files = unzipSync(await readFile(await (await downloading).path()));
		expect(Object.keys(files).sort()).toEqual(['001-anagram-8.png', '002-generate-5.png', 'captions.csv']);
		const [head, first] = new TextDecoder().decode(files['captions.csv']).split('\r\n');
		expect(head).toBe('"file","command","seed","description"');
		expect(first).toMatch(/^"001-anagram-8.png","\/anagram ""a heart"" ""a skull"" --seed 8","8","A visual anagram/);
		await page.locator('.result').first().click();
		await page.getByRole('heading', { name: 'Picture 1 of 2' }).waitFor();
		await chat.key('Escape');
		expect(await page.getByRole('dialog', { name: 'All results' }).isVisible()).toBe(true);
	});
});
