import { expect, test } from 'vitest';
import { describeInChromium } from './browser.ts';

describeInChromium('the viewer', (chat) => {
	test('opens by click and by keyboard, goes through the pictures, compares readings, and closes', async () => {
		await chat.open();
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('a dog. Asleep --seed 5');
		await chat.key('Enter');
		await chat.finished(2);
		const viewer = chat.page.getByRole('dialog');
		const frame = viewer.locator('.viewer-frame');
		const enlarge = chat.page.getByRole('button', { name: 'Enlarge anagram-3.png' });
		await enlarge.focus();
		await chat.key('Enter');
		await viewer.getByRole('heading', { name: 'Picture 1 of 2' }).waitFor();
		const { width, height } = (await frame.boundingBox()) as { width: number; height: number };
		expect(Math.abs(width - height)).toBeLessThan(1);
		expect(height).toBeGreaterThan(500);
		// The caption is short until somebody asks for all of it.
		const caption = viewer.locator('.viewer-caption');
		const alt = await frame.getByRole('img').getAttribute('alt');
		const shown = 'A visual anagram, upright: it should show “an old man”, and in its other readings “a campfire”.';
		expect(await caption.textContent()).toBe(shown);
		await viewer.getByRole('button', { name: 'Description of anagram-3.png' }).click();
		expect(await caption.textContent()).toBe(alt);
		// The slider uncovers the other reading from the left.
		const slider = viewer.getByRole('slider');
		await slider.focus();
		await chat.key('End');
		const counterpart = viewer.locator('.counterpart');
		expect(await counterpart.evaluate((image) => getComputedStyle(image).clipPath)).toBe('inset(0px 0% 0px 0px)');
		await viewer.getByRole('button', { name: 'upright “an old man”' }).click();
		expect(await counterpart.evaluate((image) => getComputedStyle(image).clipPath)).toBe('inset(0px 100% 0px 0px)');
		await chat.key('ArrowRight');
		await viewer.getByRole('heading', { name: 'Picture 2 of 2' }).waitFor();
		expect(await caption.textContent()).toBe('A picture generated from the prompt “a dog. Asleep”.');
		expect(await slider.count()).toBe(0);
		await chat.key('f');
		await chat.page.waitForFunction(() => document.fullscreenElement !== null);
		await chat.page.evaluate(() => document.exitFullscreen());
		await chat.key('Escape');
		await viewer.waitFor({ state: 'detached' });
		expect(await chat.focused()).toBe('Enlarge anagram-3.png');
		await chat.page.locator('.gallery img').last().click();
		await viewer.getByRole('heading', { name: 'Picture 2 of 2' }).waitFor();
		await viewer.getByRole('button', { name: 'Close' }).click();
		await viewer.waitFor({ state: 'detached' });
	});
});
