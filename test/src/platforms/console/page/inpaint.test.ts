import sharp from 'sharp';
import { expect, test } from 'vitest';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium, hand, paintMask } from './browser.ts';

describeInChromium('/inpaint on the page', (chat) => {
	const image = () => chat.page.locator('[data-option=image]');

	test('inpaints a photo where the mask was painted', async () => {
		await chat.open();
		await chat.type('/inpaint');
		await chat.key('Enter');
		await hand(chat.page, 'paste', await bands(1, 1), 'photo.png');
		await image().getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		await paintMask(chat.page);
		await chat.option('prompt').fill('a man wearing a hat');
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.finished();
		const job = chat.job('inpaint');
		expect(job).toMatchObject({ prompt: 'a man wearing a hat', area: { by: 'mask' }, rule: 'course' });
		const { mask } = job.area as { mask: string };
		const levels = await sharp(await chat.server.blobs.get(mask))
			.greyscale()
			.raw()
			.toBuffer();
		expect(levels).toHaveLength(256 * 256);
		expect(levels[64 * 256 + 96]).toBe(255);
		expect(levels[192 * 256 + 96]).toBe(0);
	});

	test('takes a picture by its address, and checks that a region is four numbers', async () => {
		await chat.open();
		await chat.type('/inpaint');
		await chat.key('Enter');
		const address = chat.page.getByRole('textbox', { name: 'Web address for image' });
		await address.fill('https://127.0.0.1/secret.png');
		await chat.page.getByText('More options').click();
		await chat.option('region').fill('0,0,0.5');
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.page.getByText('region must be 4 numbers from 0 to 1').waitFor();
		await chat.option('region').fill('0,0,0.5,1');
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.page.getByText('leads to a network that is not public').waitFor();
		expect(await address.inputValue()).toBe('https://127.0.0.1/secret.png');
		// A file replaces the address.
		await hand(chat.page, 'drop', await bands(1, 1), 'photo.png', '[data-option=image]');
		await image().getByRole('img', { name: 'Preview of photo.png' }).waitFor();
		expect(await address.isVisible()).toBe(false);
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await chat.finished();
		expect(chat.job('inpaint')).toMatchObject({ area: { by: 'region', region: [0, 0, 0.5, 1] } });
	});
});
