import { expect, test } from 'vitest';
import type { WireMe, WireMessage, WirePressed } from '../../../../src/platforms/console/wire.ts';
import { console_, freshConsole, url } from './fresh-console.ts';
import { message, shown } from './harness.ts';

freshConsole();

interface Person {
	readonly me: WireMe;
	readonly ask: (line: string) => Promise<unknown>;
	readonly press: (message: WireMessage, action: string) => Promise<WirePressed>;
	readonly remove: (id: string) => Promise<number>;
	readonly rename: (name: string) => Promise<void>;
	readonly sees: () => Promise<readonly WireMessage[]>;
}

/** A new browser that opens an address. */
async function browserAt(address: string): Promise<Person> {
	const cookies = new Map<string, string>();
	const send = async (path: string, init: RequestInit = {}) => {
		const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
		const headers = new Headers(init.headers);
		headers.set('cookie', cookie);
		const answer = await fetch(new URL(path, address), { redirect: 'manual', ...init, headers });
		for (const set of answer.headers.getSetCookie()) {
			const [name, value] = set.split(';')[0].split('=');
			cookies.set(name, value);
		}
		return answer;
	};
	const json = (path: string, method: string, body: object) =>
		send(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
	await send(address);
	await send('/');
	return {
		me: (await (await send('/api/me')).json()) as WireMe,
		async ask(line) {
			const body = new FormData();
			body.append('line', line);
			return (await send('/api/commands', { method: 'POST', body })).json();
		},
		async press({ id, buttons }, action) {
			const button = buttons.find((candidate) => candidate.id.startsWith(`v1:${action}:`))?.id;
			return (await json('/api/presses', 'POST', { message: id, button })).json() as Promise<WirePressed>;
		},
		remove: async (id) => (await send(`/api/messages/${id}`, { method: 'DELETE' })).status,
		async rename(name) {
			await json('/api/me', 'PUT', { name });
		},
		async sees() {
			const leave = new AbortController();
			const { body } = await send('/api/events', { signal: leave.signal });
			const { value } = await (body as ReadableStream<Uint8Array>).getReader().read();
			leave.abort();
			const data = new TextDecoder().decode(value).match(/^data: (.*)$/m)?.[1] ?? '';
			return JSON.parse(data).messages;
		},
	};
}

const done = ({ state }: WireMessage) => state === 'done';

test('each browser is a person who can only cancel and delete their own requests, unless they are staff', async () => {
	const staff = await browserAt(console_.address);
	const guests = staff.me.guests as string;
	const [ann, ben] = await Promise.all([browserAt(guests), browserAt(guests)]);
	expect(new Set([staff, ann, ben].map(({ me }) => me.id)).size).toBe(3);
	expect([staff, ann, ben].map(({ me }) => me.staff)).toEqual([true, false, false]);
	expect(ann.me.guests).toBeUndefined();
	await ann.rename('Ann Doe');
	console_.runner.holdAt = 2;
	await ann.ask('a dog');
	const open = await message(url, ({ progress }) => progress?.done === 2);
	expect(open).toMatchObject({ asker: 'Asked by Ann Doe.', owner: ann.me.id });
	expect(await ben.press(open, 'cancel')).toEqual({ whisper: 'Only Ann Doe or staff can cancel this.' });
	expect(await ben.remove(open.id)).toBe(403);
	console_.runner.holdAt = undefined;
	const first = await message(url, done);
	expect(await ben.press(first, 'delete')).toEqual({ whisper: 'Only Ann Doe or staff can delete this.' });
	expect(await ann.press(first, 'delete')).toMatchObject({ buttons: [{ label: 'Undo' }] });
	await ann.ask('a cat');
	const second = await message(url, done);
	expect(await staff.press(second, 'delete')).toMatchObject({ buttons: [{ label: 'Undo' }] });
	expect(await ben.ask('/words add zombie')).toEqual({ error: expect.stringMatching(/^Only staff can run/) });
});

test('a personal answer is shown only to the person who asked', async () => {
	const guests = (await browserAt(console_.address)).me.guests as string;
	const [ann, ben] = await Promise.all([browserAt(guests), browserAt(guests)]);
	await ann.ask('/queue mine');
	await expect.poll(async () => (await ann.sees()).length).toBe(1);
	expect(await ben.sees()).toEqual([]);
	expect(await shown(url)).toEqual([]);
});
