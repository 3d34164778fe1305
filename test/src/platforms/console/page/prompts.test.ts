import { expect, test } from 'vitest';
import { FAKE_MODELS } from '../../../../fakes/fake-runner.ts';
import { describeInChromium } from './browser.ts';

describeInChromium('a prompt on the page', (chat) => {
	test('is completed from the prompts that the chosen model knows, if it has no text encoder', async () => {
		await chat.open();
		const [first, second] = FAKE_MODELS;
		chat.server.runner.usable = [first, { ...second, knownPrompts: ['', 'a red fox', 'a hat'] }];
		await chat.page.reload();
		await chat.page.locator('textarea.line').waitFor();
		await chat.type('/generate');
		await chat.key('Enter');
		await chat.page.getByRole('group', { name: '/generate' }).waitFor();
		const offered = async (typed: string) => {
			await chat.option('prompt').fill('');
			await chat.option('prompt').pressSequentially(typed);
			return chat.page.locator('[data-option=prompt] [role=option]').allTextContents();
		};
		expect(await offered('skull')).toEqual(['a lithograph of a skull']);
		await chat.page.getByText('More options').click();
		const answered = chat.page.waitForResponse(/api\/prompts.*model=fake-xl/);
		await chat.option('model').selectOption(second.name);
		await answered;
		await expect.poll(() => offered('a')).toEqual(['a red fox', 'a hat']);
		expect(await offered('skull')).toEqual([]);
		await offered('fox');
		await chat.key('ArrowDown', 'Enter');
		expect(await chat.option('prompt').inputValue()).toBe('a red fox');
	});
});
