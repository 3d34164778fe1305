/** Programs that open more connections than any page does. */
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { freshConsole, url } from './fresh-console.ts';
import { ask, cookieOf, fetch, message, png } from './harness.ts';

freshConsole();

interface Opened {
	readonly status: number | undefined;
	close(): void;
}

/** Opens an event stream on a connection of its own. The status is undefined if the connection was refused. */
function openStream(): Promise<Opened> {
	return new Promise((resolve) => {
		const asking = get(`${url}/api/events`, { agent: false, headers: { cookie: cookieOf(url) } }, (response) => {
			response.resume();
			resolve({ status: response.statusCode, close: () => asking.destroy() });
		});
		asking.on('error', () => resolve({ status: undefined, close: () => {} }));
	});
}

test('500 event streams do not slow the console down, and make room for the next page when they close', async () => {
	const streams = await Promise.all(Array.from({ length: 500 }, openStream));
	const taken = streams.filter(({ status }) => status === 200);
	expect(taken).toHaveLength(32);
	expect(streams.filter(({ status }) => ![200, 503, undefined].includes(status))).toEqual([]);

	const begin = performance.now();
	expect((await ask(url, { line: 'a dog' })).status).toBe(202);
	expect((await fetch(`${url}/api/registry`)).status).toBe(200);
	expect(performance.now() - begin).toBeLessThan(5000);
	const refused = await fetch(`${url}/api/events`);
	expect(await refused.json()).toEqual({ error: 'The console is already open in 32 windows; close one of them.' });

	for (const { close } of streams) close();
	const isTaken = async () => {
		const again = await openStream();
		again.close();
		return again.status;
	};
	await expect.poll(isTaken).toBe(200);
	expect((await message(url, ({ state }) => state === 'done')).title).toBe('/generate a dog');
});

test('streams that nobody can read do not stay open', async () => {
	const heads = await Promise.all(
		Array.from({ length: 40 }, () => fetch(`${url}/api/events`, { method: 'HEAD' }).then(({ status }) => status)),
	);
	expect(new Set(heads)).toEqual(new Set([405]));

	// Forty on one connection: the first never ends, so the others wait behind it until the connection closes.
	const { hostname, port } = new URL(url);
	const socket = connect(Number(port), hostname);
	const asking = `GET /api/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nCookie: ${cookieOf(url)}\r\n\r\n`;
	socket.write(asking.repeat(40));
	await once(socket, 'data');
	socket.destroy();
	const isTaken = async () => {
		const streams = await Promise.all(Array.from({ length: 32 }, openStream));
		for (const { close } of streams) close();
		return streams.every(({ status }) => status === 200);
	};
	await expect.poll(isTaken).toBe(true);
});

test('refuses some of many uploads at the same time, and accepts the next one', async () => {
	const image = await png();
	const form = () => ({ command: 'edit', 'option.image': image, 'option.prompt': 'a house' });
	const answers = await Promise.all(Array.from({ length: 30 }, () => ask(url, form())));
	const refused = answers.filter(({ status }) => status === 503);
	expect(refused.length).toBeGreaterThan(0);
	expect(refused[0].answer).toEqual({
		error: 'The console is already receiving 8 requests; try again in a moment.',
	});
	expect(answers.filter(({ status }) => status === 202).length).toBeGreaterThanOrEqual(8);
	expect((await ask(url, form())).status).toBe(202);
});
