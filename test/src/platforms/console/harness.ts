/** A console over the real desk and commands, with the fake runner behind them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Command } from '../../../../commands/command.ts';
import { commands as registered } from '../../../../commands/index.ts';
import { type BlobStore, createBlobStore } from '../../../../gpu/queue/blobs.ts';
import { createResultStore } from '../../../../gpu/queue/results.ts';
import type { Log } from '../../../../src/base/log.ts';
import { Desk } from '../../../../src/desk/desk.ts';
import { createConsole } from '../../../../src/platforms/console/platform.ts';
import type { WireAnswer, WireEvent, WireMessage } from '../../../../src/platforms/console/wire.ts';
import { RequestStore } from '../../../../src/store/requests.ts';
import { FakeRunner } from '../../../fakes/fake-runner.ts';
import { FakeTraining } from '../../../fakes/fake-training.ts';

export interface Harness {
	/** "http://127.0.0.1:40123" */
	readonly url: string;
	readonly runner: FakeRunner;
	readonly blobs: BlobStore;
	readonly store: RequestStore;
	/** What was logged as an error. */
	readonly errors: readonly object[];
	/** Starts another console over what this one has stored, as after a restart; this one must not be used any more. */
	restart(): Promise<Harness>;
	stop(): Promise<void>;
}

/** @param commands instead of the registered ones */
export async function startConsole(commands: readonly Command[] = registered): Promise<Harness> {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-console-'));
	return startIn(directory, new RequestStore(), commands);
}

async function startIn(directory: string, store: RequestStore, commands: readonly Command[]): Promise<Harness> {
	const errors: object[] = [];
	const log: Log = { error: (details) => errors.push(details), warn() {}, info() {}, debug() {} };
	const blobs = createBlobStore(directory);
	const runner = new FakeRunner(blobs);
	const results = createResultStore(join(directory, 'results'), blobs);
	const desk = new Desk({ commands, runner, training: new FakeTraining(), blobs, results, store, log });
	const platform = createConsole({ desk, port: 0, log });
	const sentence = await platform.start();
	desk.resume([platform]);
	const url = /http:\S+/.exec(sentence)?.[0];
	if (!url) throw new Error(`startConsole: no address in "${sentence}"`);
	return {
		url,
		runner,
		blobs,
		store,
		errors,
		async restart() {
			desk.stop();
			await platform.stop();
			await runner.close();
			return startIn(directory, store, commands);
		},
		async stop() {
			await platform.stop();
			await runner.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}

/** Posts a form; files go along with their names. */
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

/** Waits until some message is as wanted, and returns it. */
export async function message(url: string, wanted: (message: WireMessage) => boolean): Promise<WireMessage> {
	for await (const event of events(url)) {
		const found = event.messages.find(wanted);
		if (found) return found;
	}
	throw new Error('message: the events ended before such a message came');
}

/** A picture to upload. */
export async function png(side = 48): Promise<File> {
	const create = { width: side, height: side, channels: 3, background: { r: 200, g: 40, b: 40 } } as const;
	return new File([new Uint8Array(await sharp({ create }).png().toBuffer())], 'sketch.png', { type: 'image/png' });
}
