import { beforeAll, expect, test } from 'vitest';
import { warmUp } from '../../../../../src/uploads/picture.ts';
import { problems } from './axe.ts';
import { describeInChromium } from './browser.ts';

beforeAll(() => warmUp());

describeInChromium('the page is accessible', (chat) => {
	test('on the first visit, in a form, in the sketch pad, in a conversation and in the viewer', async () => {
		await chat.open();
		await chat.page.locator('#examples img').last().waitFor();
		expect(await problems(chat.page), 'first visit').toEqual([]);
		await chat.type('/edit');
		await chat.key('Enter');
		await chat.page.getByText('More options').click();
		expect(await problems(chat.page), 'form').toEqual([]);
		await chat.page.getByRole('button', { name: 'Draw image' }).click();
		await chat.page.getByRole('dialog').waitFor();
		expect(await problems(chat.page), 'pad').toEqual([]);
		await chat.key('Escape', 'Escape');
		await chat.type('/anagram "an old man" "a campfire" --tries 3 --seed 3');
		await chat.key('Enter');
		await chat.finished();
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished(2);
		await chat.page.getByRole('button', { name: 'Details' }).last().click();
		await chat.page.getByRole('region', { name: 'Details' }).waitFor();
		expect(await problems(chat.page), 'conversation').toEqual([]);
		await chat.page.getByRole('button', { name: 'Compare anagram-3.png' }).click();
		await chat.page.getByRole('dialog').getByRole('button', { name: 'Description of anagram-3.png' }).click();
		expect(await problems(chat.page), 'enlarged').toEqual([]);
	});

	test('and keeps the focus when a form opens whose fields are all under More, and after Undo', async () => {
		await chat.open();
		const { page } = chat;
		await chat.type('/course');
		await chat.key('Enter');
		await page.getByRole('group', { name: '/course' }).waitFor();
		expect(await page.evaluate(() => document.activeElement?.closest('form') !== null)).toBe(true);
		await chat.key('Escape');
		expect(await chat.focused()).toBe('Message');
		await chat.type('/anagram "an old man" "a campfire" --seed 3');
		await chat.key('Enter');
		await chat.finished();
		await page.getByRole('button', { name: 'Delete' }).click();
		await page.getByRole('button', { name: 'Undo' }).click();
		await chat.finished();
		expect(await chat.focused()).toBe('Message');
	});

	test('and never loses the focus, after an answer, a refusal or a server error', async () => {
		await chat.open();
		const { page } = chat;
		await chat.type('/settings');
		await chat.key('Enter');
		await chat.finished();
		expect(await chat.focused()).toBe('Message');
		await chat.type('/generate');
		await chat.key('Enter');
		await page.getByRole('group', { name: '/generate' }).waitFor();
		await page.route('**/api/commands', (route) =>
			route.fulfill({ status: 500, json: { error: 'It is in the log.' } }),
		);
		await page.getByRole('button', { name: 'Send' }).click();
		await page.getByRole('alert').getByText('It is in the log.').waitFor();
		expect(await page.evaluate(() => document.activeElement?.closest('form') !== null)).toBe(true);
		await page.getByRole('button', { name: 'Close /generate' }).focus();
		await chat.key('Enter');
		expect(await chat.focused()).toBe('Message');
		chat.complaints = chat.complaints.filter((complaint) => !complaint.includes('status of 500'));
	});
});
