/** A console over the real desk and commands, with the fake runner behind them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from '../../../../commands/command.ts';
import { commands as registered } from '../../../../commands/index.ts';
import { createBlobStore } from '../../../../gpu/queue/blobs.ts';
import { createConsole } from '../../../../src/chat/console/console.ts';
import { Desk } from '../../../../src/desk.ts';
import type { Log } from '../../../../src/failures.ts';
import { RequestStore } from '../../../../src/store.ts';
import { FakeRunner } from '../../../fakes/fake-runner.ts';

export interface Harness {
	/** "http://127.0.0.1:40123" */
	readonly url: string;
	readonly runner: FakeRunner;
	/** What was logged as an error. */
	readonly errors: readonly object[];
	stop(): Promise<void>;
}

/** @param commands instead of the registered ones */
export async function startConsole(commands: readonly Command[] = registered): Promise<Harness> {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-console-'));
	const errors: object[] = [];
	const log: Log = { error: (details) => errors.push(details), warn() {}, info() {}, debug() {} };
	const blobs = createBlobStore(directory);
	const runner = new FakeRunner(blobs);
	const desk = new Desk({ commands, runner, blobs, store: new RequestStore(), log });
	const surface = createConsole({ desk, port: 0, log });
	const sentence = await surface.start();
	const url = /http:\S+/.exec(sentence)?.[0];
	if (!url) throw new Error(`startConsole: no address in "${sentence}"`);
	return {
		url,
		runner,
		errors,
		async stop() {
			await surface.stop();
			await runner.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}
