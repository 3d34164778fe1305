/** Attachments are downloaded in the bot, so a platform's server must not fill its memory or keep it waiting. */
import { afterEach, expect, test, vi } from 'vitest';
import { download } from '../../../src/uploads/download.ts';
import { MAX_UPLOAD_BYTES } from '../../../src/uploads/limits.ts';

afterEach(() => vi.restoreAllMocks());

const fetchFrom = (url: string, signal?: AbortSignal) =>
	download({ url, origins: new Set(['https://files.test']), label: 'cat.png', platform: 'the test', signal });

test('an endless file is read only up to the limit', async () => {
	const chunk = new Uint8Array(2 ** 20);
	let sent = 0;
	const cancel = vi.fn();
	const pull = (stream: ReadableStreamDefaultController) => {
		sent++;
		stream.enqueue(chunk);
	};
	const body = new ReadableStream({ pull, cancel });
	vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body));
	await expect(fetchFrom('https://files.test/cat.png')).rejects.toThrow(
		'cat.png is too large; files may have at most 10 MiB.',
	);
	expect(cancel).toHaveBeenCalledOnce();
	expect(sent).toBeLessThanOrEqual(MAX_UPLOAD_BYTES / chunk.length + 2);
});

test('a server that does not answer is dropped as soon as nobody waits for the file', async () => {
	vi.spyOn(globalThis, 'fetch').mockImplementation(
		(_, init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
	);
	const leaving = new AbortController();
	const asked = fetchFrom('https://files.test/cat.png', leaving.signal);
	leaving.abort(new Error('gone'));
	await expect(asked).rejects.toThrow('cat.png could not be fetched from the test; upload it again.');
});

test('nothing is fetched from other servers', async () => {
	const fetched = vi.spyOn(globalThis, 'fetch');
	await expect(fetchFrom('https://elsewhere.test/cat.png')).rejects.toThrow('not on the servers of the test');
	expect(fetched).not.toHaveBeenCalled();
});
