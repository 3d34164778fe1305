/** What the console shows of a request while the disk is full. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Command, Figure } from '../../../../commands/lib/command.ts';
import { bands } from '../../../fakes/fake-runner.ts';
import { ask, type Harness, message, startConsole } from './harness.ts';

let console_: Harness;
let goOn: () => void;
beforeEach(async () => {
	const bytes = await bands(1, 1);
	const figures: Figure[] = [{ bytes, type: 'image/png', width: 1, height: 1, alt: 'Losses', filename: 'loss.png' }];
	const held = new Promise<void>((resolve) => {
		goOn = resolve;
	});
	const run: Command['run'] = async (_options, { tell }) => {
		tell('The disk is full.', figures, { buttons: [{ action: 'stop', label: 'Stop', danger: true }] });
		await held;
		return { text: 'Over.', figures, attachments: [{ bytes, type: 'text/html', filename: 'page.html' }] };
	};
	console_ = await startConsole([{ name: 'train', summary: 'Train', example: '', options: {}, run }]);
	const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
	vi.spyOn(console_.blobs, 'put').mockRejectedValue(full);
});
afterEach(() => console_.stop());

test('an open request appears without its pictures and can still be stopped; its result says what is missing', async () => {
	await ask(console_.url, { line: '/train' });
	const live = await message(console_.url, ({ text }) => text !== '');
	expect(live).toMatchObject({ state: 'running', text: 'The disk is full.', pictures: [] });
	expect(live.buttons).toMatchObject([{ label: 'Stop', style: 'danger' }]);
	goOn();
	const last = await message(console_.url, ({ state }) => state !== 'running');
	expect(last).toMatchObject({ state: 'failed', pictures: [], files: [], buttons: [] });
	expect(last.text).toBe('Over. The pictures could not be stored on disk; the log says why.');
	expect(console_.errors).toContainEqual(
		expect.objectContaining({ error: expect.objectContaining({ code: 'ENOSPC' }) }),
	);
});
