import { afterEach, expect, test, vi } from 'vitest';
import type { Artists } from '../../../src/drawing/artists.ts';
import { ann, button, type OpenDesk, openDesk } from './open-desk.ts';

let open: OpenDesk;
afterEach(() => open.close());

/** Never ends, unless nobody waits for it any more. */
const endless: Artists['draw'] = (_film, _input, signal) =>
	new Promise((_resolve, reject) => {
		signal?.addEventListener('abort', () => reject(signal.reason));
	});

test('a cancelled request leaves the film that is being drawn for it', async () => {
	const draw = vi.fn(endless);
	open = await openDesk({ artists: { draw } });
	const { views, outcome } = open.ask('anagram', { animate: 'yes' });
	await vi.waitFor(() => expect(draw).toHaveBeenCalledWith('anagram', expect.anything(), expect.anything()));
	await open.desk.press(button(views.at(-1)!, 'Cancel'), ann);
	expect((await outcome).view).toMatchObject({ state: 'cancelled', text: 'Cancelled.' });
});

test('a request whose film cannot be drawn fails, and the log says why', async () => {
	open = await openDesk({ artists: { draw: () => Promise.reject(new Error('an artist took too long')) } });
	const { view, fault } = await open.ask('anagram', { animate: 'yes' }).outcome;
	expect(view.state).toBe('failed');
	expect(fault).toBe('internal');
	expect(open.log.error).toHaveBeenCalled();
});
