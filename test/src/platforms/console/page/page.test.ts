import { expect, test } from 'vitest';
import type { Command } from '../../../../../commands/lib/command.ts';
import { bands } from '../../../../fakes/fake-runner.ts';
import { describeInChromium, hand } from './browser.ts';

describeInChromium('the page', (chat) => {
	test('can be used by keyboard alone, from the first key to a finished picture and its buttons', async () => {
		await chat.open();
		const line = chat.page.locator('textarea.line');
		await chat.type('/g');
		expect(await chat.page.getByRole('listbox', { name: 'Commands' }).isVisible()).toBe(true);
		const active = await line.getAttribute('aria-activedescendant');
		expect(await chat.page.locator(`[id="${active}"][aria-selected=true]`).textContent()).toContain('/generate');
		await chat.key('ArrowDown', 'ArrowUp', 'Enter');
		await chat.page.getByRole('group', { name: '/generate' }).waitFor();
		await chat.type('rocket');
		await chat.key('ArrowDown', 'Enter');
		expect(await chat.option('prompt').inputValue()).toBe('a rocket ship');
		await chat.key('Tab');
		await chat.type('2');
		await chat.key('Enter');
		await chat.finished();
		expect(chat.job('generate')).toMatchObject({ prompt: 'a rocket ship', count: 2 });
		const pictures = chat.page.locator('.gallery img');
		expect(await pictures.count()).toBe(1);
		expect(await pictures.first().getAttribute('alt')).toContain('“a rocket ship”');
		expect(await pictures.first().evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0);
		expect(await pictures.first().evaluate((image) => getComputedStyle(image).imageRendering)).toBe('auto');
		expect(await chat.page.locator('.text').textContent()).toContain(`seed ${chat.job('generate').seed}`);
		// The text box has the focus again, and the result's buttons come before it.
		expect(await chat.focused()).toBe('Message');
		const seen: (string | null | undefined)[] = [];
		while (seen.at(-1) !== 'Again, new seed' && seen.length < 12) {
			await chat.key('Shift+Tab');
			seen.push(await chat.focused());
		}
		expect(seen).toContain('Delete');
		expect(await chat.page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe(
			'solid',
		);
		await chat.key('Enter');
		await chat.finished(2);
		expect(chat.job('generate', 1).seed).not.toBe(chat.job('generate').seed);
	});

	test('shows a flag as a toggle button', async () => {
		const options = { animate: { kind: 'flag', summary: 'Moves' } } as const;
		const run: Command['run'] = async ({ animate }) => ({ text: `Animated: ${animate}.`, figures: [] });
		await chat.open({}, [{ name: 'wave', summary: 'Wave a flag', example: '', options, run }]);
		const sent = async (keys: readonly string[], answers: number) => {
			await chat.type('/wave');
			await chat.key('Enter');
			await chat.page.getByText('More options').click();
			const flag = chat.option('animate');
			await flag.focus();
			await chat.key(...keys);
			await chat.key('Enter');
			await chat.finished(answers);
			return chat.page
				.locator('.text')
				.nth(answers - 1)
				.textContent();
		};
		expect(await sent(['Space'], 1)).toContain('Animated: true.');
		expect(await chat.page.locator('.message').first().textContent()).toContain('/wave --animate');
		expect(await sent([], 2)).toContain('Animated: false.');
	});

	test('takes a command with verbs from its form and as a line', async () => {
		await chat.open();
		await chat.type('/words a');
		await chat.key('Enter');
		await chat.page.getByRole('group', { name: '/words add' }).waitFor();
		await chat.type('zombie');
		await chat.key('Enter');
		await chat.finished();
		// The answer may arrive before the form has closed.
		await chat.page.locator('textarea.line').waitFor();
		await chat.type('/words add "blue dog"');
		await chat.key('Enter');
		await chat.finished(2);
		expect(await chat.page.locator('.text').allTextContents()).toEqual([
			'“zombie” is now forbidden.',
			'“blue dog” is now forbidden.',
		]);
	});

	test('opens the form with the picture when a result is used as input', async () => {
		await chat.open();
		await chat.type('a dog --seed 5');
		await chat.key('Enter');
		await chat.finished();
		await chat.page.getByRole('button', { name: 'Use as input' }).click();
		await chat.page.getByRole('group', { name: '/edit' }).waitFor();
		await chat.option('prompt').focus();
		await chat.type('a wolf');
		await chat.key('Enter');
		await chat.finished(2);
		expect(chat.job('edit', 1)).toMatchObject({ prompt: 'a wolf', image: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	test('flips an anagram in a new message, deletes that, and undoes the deletion', async () => {
		await chat.open();
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished();
		expect(chat.job('anagram')).toMatchObject({ prompts: ['an old man', 'a campfire'], seed: 3 });
		const images = chat.page.locator('.gallery img');
		const upright = await images.first().getAttribute('alt');
		const flip = chat.page.getByRole('button', { name: 'Flip', exact: true });
		await flip.focus();
		await chat.key('Enter');
		await chat.finished(2);
		expect(await images.first().getAttribute('alt')).toBe(upright);
		expect(await images.last().getAttribute('alt')).not.toBe(upright);
		expect(await chat.focused()).toBe('Flip');
		await chat.page.getByRole('button', { name: 'Delete' }).last().click();
		await chat.page.locator('.toasts').getByText('You can undo this for a minute.').waitFor();
		expect(await images.count()).toBe(1);
		await chat.page.locator('.toasts').getByRole('button', { name: 'Undo' }).click();
		await chat.finished(2);
		expect(await chat.page.locator('.toasts button').count()).toBe(0);
	});

	test('opens the form for the bare name of a command, and runs a command that is typed into a form', async () => {
		await chat.open();
		const form = chat.page.getByRole('group', { name: '/edit' });
		await chat.page.locator('textarea.line').fill('edit');
		await chat.key('Enter');
		await form.waitFor();
		await chat.option('prompt').fill('/Generate a dog —seed 5');
		await chat.key('Enter');
		await chat.finished();
		expect(chat.job('generate')).toMatchObject({ prompt: 'a dog', seed: 5 });
	});

	test('refuses in one sentence, and keeps what was written', async () => {
		await chat.open();
		const problem = chat.page.getByRole('alert');
		await chat.type('/generate a dog --steps 0');
		await chat.key('Enter');
		await problem.getByText('steps must be a whole number from 1 to 1000, for example 20; got "0".').waitFor();
		expect(await chat.page.locator('textarea.line').inputValue()).toBe('/generate a dog --steps 0');
		await chat.type('0');
		expect(await problem.isVisible()).toBe(false);
		await chat.page.locator('textarea.line').fill('');
		await chat.type('/edi');
		await chat.key('Enter', 'Tab', 'Tab');
		await chat.type('a house');
		await chat.key('Enter');
		await problem
			.getByText('Please fill this in: image is a PNG, JPEG, WebP, GIF or AVIF picture, or its https address.')
			.waitFor();
		expect(await chat.option('prompt').inputValue()).toBe('a house');
		expect(await chat.focused()).toBe('Choose a file for image');
		await chat.page.getByText('More options').click();
		await chat.option('steps').fill('1001');
		await hand(chat.page, 'paste', await bands(1, 1), 'photo.png');
		await chat.page.getByRole('button', { name: 'Send' }).click();
		await problem.getByText('steps must be a whole number from 1 to 1000, for example 20.').waitFor();
		expect(chat.server.runner.submitted).toEqual([]);
		expect(await chat.page.locator('.message').count()).toBe(0);
	});

	test('shows the conversation in its current state after a reload', async () => {
		await chat.open();
		await chat.type('/generate a skull --seed 11');
		await chat.key('Enter');
		await chat.finished();
		chat.server.runner.holdAt = 2;
		await chat.type('a pencil');
		await chat.key('Enter');
		await chat.page.locator('.status').getByText('Step 2 of 4.').waitFor();
		await chat.page.reload();
		await chat.finished();
		expect(await chat.page.locator('.message').count()).toBe(2);
		expect(await chat.page.locator('.asked p').first().textContent()).toBe('/generate a skull --seed 11');
		expect(await chat.page.locator('.gallery img').getAttribute('alt')).toContain('seed 11');
		await chat.page.locator('.status').getByText('Step 2 of 4.').waitFor();
		expect(await chat.page.getByText('What shall we make?').isVisible()).toBe(false);
		chat.server.runner.holdAt = undefined;
		await chat.finished(2);
	});

	test('recalls sent lines and forms with the arrow keys', async () => {
		await chat.open();
		await chat.type('a dog');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('/anag');
		await chat.key('Enter');
		await chat.type('one');
		await chat.key('Tab');
		await chat.type('two');
		await chat.key('Enter');
		await chat.finished(2);
		await chat.key('ArrowUp');
		expect(await chat.option('prompt2').inputValue()).toBe('two');
		await chat.key('ArrowUp');
		expect(await chat.page.locator('textarea.line').inputValue()).toBe('a dog');
		await chat.key('ArrowDown');
		expect(await chat.option('prompt').inputValue()).toBe('one');
		await chat.key('Escape');
		expect(await chat.page.locator('textarea.line').inputValue()).toBe('');
	});

	test('does not scroll sideways at 360 pixels', async () => {
		await chat.open({ viewport: { width: 360, height: 740 }, hasTouch: true });
		expect(await chat.overflow()).toBe(0);
		await chat.type('/ana');
		await chat.key('Enter');
		await chat.page.getByText('More options').click();
		expect(await chat.overflow()).toBe(0);
		await chat.key('Escape');
		await chat.page.locator('textarea.line').fill(`/generate ${'verylongword'.repeat(12)} --count 3`);
		await chat.key('Enter');
		await chat.finished();
		expect(await chat.overflow()).toBe(0);
		await chat.page.getByRole('button', { name: 'Draw a sketch' }).click();
		const canvas = (await chat.page.locator('dialog canvas').boundingBox()) as { x: number; width: number };
		expect(canvas.x).toBeGreaterThan(0);
		expect(canvas.x + canvas.width).toBeLessThan(360);
		expect(await chat.overflow()).toBe(0);
	});

	test('respects a preference for less motion, and says when the bot is gone', async () => {
		await chat.open({ reducedMotion: 'reduce' });
		chat.server.runner.holdAt = 1;
		await chat.type('a dog');
		await chat.key('Enter');
		await chat.page.locator('.canvas').waitFor();
		expect(await chat.page.locator('.canvas').evaluate((element) => getComputedStyle(element).animationName)).toBe(
			'none',
		);
		expect(await chat.page.getByText('The bot does not answer.').isVisible()).toBe(false);
		await chat.server.stop();
		await chat.page.getByText('The bot does not answer.').waitFor();
		await chat.type('kept');
		await chat.key('Enter');
		await chat.page.getByRole('alert').getByText('check whether it is still running').waitFor();
		expect(await chat.page.locator('textarea.line').inputValue()).toBe('kept');
		const expected = (complaint: string) =>
			complaint.includes('ERR_CONNECTION_REFUSED') || complaint.includes('ERR_INCOMPLETE');
		chat.complaints = chat.complaints.filter((complaint) => !expected(complaint));
	});
});
