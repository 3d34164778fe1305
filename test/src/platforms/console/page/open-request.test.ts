import { expect, test } from 'vitest';
import type { Figure } from '../../../../../commands/lib/command.ts';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium } from './browser.ts';
import { twoSteps } from './two-steps.ts';

describeInChromium('an open request', (chat) => {
	test('shows its progress and preview, and can be cancelled', async () => {
		await chat.open();
		chat.server.runner.holdAt = 3;
		await chat.type('a pencil');
		await chat.key('Enter');
		await chat.page.locator('.status').getByText('Step 3 of 4.').waitFor();
		expect(await chat.page.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).value)).toBe(0.75);
		expect(await chat.page.locator('img.preview').getAttribute('src')).toMatch(/^data:image\/png/);
		await chat.type('a dog');
		await chat.key('Enter');
		await chat.page.locator('.status').getByText('Waiting: next in line.').waitFor();
		await chat.page.getByRole('button', { name: 'Cancel' }).last().click();
		await chat.page.getByRole('button', { name: 'Cancel' }).first().click();
		await expect.poll(() => chat.page.locator('.message[data-state=cancelled]').count()).toBe(2);
		expect(await chat.page.locator('.text').getByText('Cancelled.').first().isVisible()).toBe(true);
		await chat.page.getByRole('button', { name: 'Remove this message' }).first().click();
		await expect.poll(() => chat.page.locator('.message').count()).toBe(1);
		// A slash reaches the text box whatever has the focus.
		await chat.page.getByRole('button', { name: 'Remove this message' }).focus();
		await chat.type('/models');
		expect(await chat.page.locator('textarea.line').inputValue()).toBe('/models');
		await chat.key('Escape', 'Enter');
		await chat.finished();
		expect(await chat.page.locator('.message').last().getByText('fake-xl', { exact: true }).isVisible()).toBe(true);
	});

	test('shows its own pictures instead of a preview, and keeps their state', async () => {
		const bytes = await Promise.all([bands(1, 1), bands(2, 1), bands(3, 1)]);
		const [first, second, third] = bytes.map((each, i): Figure => {
			const size = { width: i === 2 ? 1200 : 64, height: 64 };
			return { bytes: each, type: 'image/png', ...size, alt: `Picture ${i}`, filename: `${i}.png` };
		});
		const { command, step } = twoSteps(first, second, third);
		await chat.open({}, [command]);
		const images = chat.page.locator('.message img:visible');
		const alts = () => images.evaluateAll((all) => all.map((image) => (image as HTMLImageElement).alt));
		await chat.type('/train');
		await chat.key('Escape', 'Enter');
		await chat.page.locator('.status').getByText('One.').waitFor();
		await expect.poll(alts).toEqual(['Picture 0']);
		expect(await chat.page.locator('.canvas').isVisible()).toBe(false);
		await chat.page.getByRole('button', { name: 'Description of 0.png' }).click();
		step();
		await chat.page.locator('.status').getByText('Two.').waitFor();
		await expect.poll(alts).toEqual(['Picture 0', 'Picture 1']);
		step();
		await chat.finished();
		await expect.poll(alts).toEqual(['Picture 0', 'Picture 2']);
		expect(await chat.page.getByText('Picture 0', { exact: true }).isVisible()).toBe(true);
		// A sheet gets the whole width.
		const widths = await images.evaluateAll((all) => all.map((image) => image.clientWidth));
		expect(widths[1]).toBeGreaterThan(2 * widths[0]);
	});

	test('announces its progress only now and then', async () => {
		await chat.open();
		await chat.page.evaluate(() => {
			const said: string[] = [];
			Object.assign(window, { said });
			const live = document.getElementById('live') as HTMLElement;
			new MutationObserver(() => said.push(live.textContent ?? '')).observe(live, { childList: true });
		});
		chat.server.runner.steps = 60;
		chat.server.runner.stepMs = 15;
		await chat.type('a dog');
		await chat.key('Enter');
		await chat.finished();
		const said = await chat.page.evaluate(() => (window as unknown as { said: string[] }).said);
		expect(said.filter((text) => text.startsWith('Step')).length).toBeGreaterThan(0);
		expect(said.filter((text) => text.startsWith('Step')).length).toBeLessThanOrEqual(4);
		expect(said.at(-1)).toContain('“a dog”');
		await chat.type('/models');
		await chat.key('Escape', 'Enter');
		await chat.finished(2);
		expect(await chat.page.locator('#live').textContent()).toContain('fake-xl');
	});
});
