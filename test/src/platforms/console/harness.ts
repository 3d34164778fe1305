/** A console with the real desk and commands, and a fake runner. */

import { commands as registered } from '../../../../commands/index.ts';
import type { Command } from '../../../../commands/lib/command.ts';
import type { Platform } from '../../../../src/chat/platform.ts';
import { createConsole } from '../../../../src/platforms/console/platform.ts';
import type { WireAnswer, WireEvent, WireMessage } from '../../../../src/platforms/console/wire.ts';
import { type LeftDesk, type MadeDesk, makeDesk } from '../../../fakes/make-desk.ts';
import { sketch } from '../../../fakes/pictures.ts';

export interface Harness extends MadeDesk {
	/** Such as "http://127.0.0.1:40123"; `fetch` below is signed in there. */
	readonly url: string;
	/** The printed address, with the token. */
	readonly address: string;
	readonly platform: Platform;
	/** What was logged as an error. */
	readonly errors: readonly object[];
	/** Stops as a bot does that shuts down normally: the next one resumes what is open. */
	leave(): Promise<void>;
	/** Leaves, and starts another console on the same data. */
	restart(): Promise<Harness>;
	stop(): Promise<void>;
}

/**
 * @param commands instead of the registered ones
 * @param before a console that has stopped, whose data this one takes over
 */
export async function startConsole(commands: readonly Command[] = registered, before?: LeftDesk): Promise<Harness> {
	const made = await makeDesk({ commands }, before);
	const { desk, log } = made;
	const platform = createConsole({ desk, port: 0, token: undefined, dataDir: made.directory, log });
	const sentence = await platform.start();
	desk.resume([platform]);
	const address = /http:\S+/.exec(sentence)?.[0];
	if (!address) throw new Error(`startConsole: no address in "${sentence}"`);
	const url = await signIn(address);
	async function leave(): Promise<void> {
		desk.stop();
		await platform.stop();
		await made.leave();
	}
	return {
		...made,
		url,
		address,
		platform,
		get errors() {
			return log.error.mock.calls.map(([details]) => details);
		},
		leave,
		async restart() {
			await leave();
			return startConsole(commands, made);
		},
		async stop() {
			await platform.stop();
			await made.close();
		},
	};
}

/** The cookies of the consoles, by origin. */
const cookies = new Map<string, string>();

/** Opens a console at the address that its bot printed. @returns its origin, for `fetch` */
export async function signIn(address: string): Promise<string> {
	const answer = await globalThis.fetch(address, { redirect: 'manual' });
	const { origin } = new URL(address);
	cookies.set(origin, answer.headers.getSetCookie()[0]?.split(';')[0] ?? '');
	return origin;
}

/** The cookie that a signed-in browser sends to a console. */
export const cookieOf = (url: string): string => cookies.get(new URL(url).origin) ?? '';

/** Fetches as a signed-in browser does. */
export function fetch(url: string, init: RequestInit = {}): Promise<Response> {
	const headers = new Headers(init.headers);
	headers.set('cookie', cookieOf(url));
	return globalThis.fetch(url, { ...init, headers });
}

/** Posts a form, including files with their names. */
export async function ask(
	url: string,
	fields: Readonly<Record<string, string | File>>,
): Promise<{ status: number; answer: WireAnswer }> {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	const response = await fetch(`${url}/api/commands`, { method: 'POST', body });
	return { status: response.status, answer: (await response.json()) as WireAnswer };
}

/** The console's events as they come, until the stream ends or the reader stops. */
export async function* events(url: string): AsyncGenerator<WireEvent> {
	const leave = new AbortController();
	const response = await fetch(`${url}/api/events`, { signal: leave.signal });
	if (!response.ok) throw new Error(`events: ${response.status} ${await response.text()}`);
	let text = '';
	try {
		for await (const chunk of response.body as ReadableStream<Uint8Array>) {
			text += new TextDecoder().decode(chunk);
			const complete = text.split('\n\n');
			text = complete.pop() as string;
			for (const event of complete) {
				const data = event.split('\n').find((line) => line.startsWith('data: '));
				if (data) yield JSON.parse(data.slice('data: '.length));
			}
		}
	} finally {
		leave.abort();
	}
}

/** What the console shows now. */
export async function shown(url: string): Promise<readonly WireMessage[]> {
	// Leaving the loop closes the stream, of which the console allows only a few.
	for await (const { messages } of events(url)) return messages;
	throw new Error('shown: the events ended before the first');
}

/** Waits for a message that fulfils a condition, and returns it. */
export async function message(url: string, wanted: (message: WireMessage) => boolean): Promise<WireMessage> {
	for await (const event of events(url)) {
		const found = event.messages.find(wanted);
		if (found) return found;
	}
	throw new Error('message: the events ended before such a message arrived');
}

/** A picture to upload. */
export async function png(side = 48): Promise<File> {
	const { bytes, name, type } = await sketch('sketch.png', side, side);
	return new File([new Uint8Array(bytes)], name, { type });
}
