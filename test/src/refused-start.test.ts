/** A bot whose start fails because a service rejects its token. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigError, readConfig } from '../../src/base/config.ts';
import { runBot } from '../../src/bot.ts';
import { localConsole } from '../../src/platforms/console/index.ts';
import { definePlatform } from '../../src/platforms/definition.ts';
import { openStore } from '../../src/store/open.ts';
import type { RequestRecord } from '../../src/store/records.ts';
import { RequestStore } from '../../src/store/requests.ts';
import { startFakeInference } from '../fakes/fake-inference.ts';

/** The process events that a bot listens to, to remove its listeners after each test. */
const EVENTS = ['unhandledRejection', 'uncaughtException', 'SIGINT', 'SIGTERM'] as readonly NodeJS.Signals[];

/** Lets the bot start on the test platform, or not. */
let admit: () => Promise<string>;
const club = definePlatform({
	name: 'club',
	title: 'the club',
	settings: {},
	readConfig: () => ({}),
	create: async () => ({ name: 'club', start: () => admit(), stop: async () => {} }),
});

let directory: string;
let listeners: NodeJS.SignalsListener[][];
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-refused-'));
	listeners = EVENTS.map((event) => process.listeners(event));
	vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(async () => {
	EVENTS.forEach((event, i) => {
		for (const listener of process.listeners(event)) {
			if (!listeners[i].includes(listener)) process.off(event, listener);
		}
	});
	vi.restoreAllMocks();
	await rm(directory, { recursive: true, force: true });
});

/** @param asBot whether to open it as the only bot */
function withStore<T>(use: (store: RequestStore) => T, asBot = true): T {
	const { database, close } = openStore(directory, asBot, (sentence) => expect.fail(sentence));
	try {
		return use(new RequestStore(database));
	} finally {
		close();
	}
}

test('messages of platforms cannot control the terminal', async () => {
	const hall = definePlatform({
		name: 'hall',
		title: 'the hall',
		local: true,
		settings: {},
		readConfig: () => ({}),
		create: async () => ({
			name: 'hall',
			start: async () => 'The hall is open: \u001b[2J\u009b31mall are in.',
			stop: async () => {},
		}),
	});
	admit = async () => Promise.reject(new ConfigError('The club refuses the card.'));
	const platforms = [hall, club];
	const config = readConfig(platforms, { DATA_DIR: directory, LOG_LEVEL: 'silent' });
	const inference = startFakeInference(config);
	await expect(runBot(config, platforms, { inference })).rejects.toThrow('The club refuses the card.');
	expect(console.log).toHaveBeenCalledWith('The hall is open: \ufffd[2J\ufffd31mall are in.');
});

test('requests resumed by another platform stay open for the next start, and do not count as crashed', async () => {
	const id = withStore((store) => {
		const id = store.newId();
		const owner = { id: 'console:local', name: 'You', staff: true };
		const messageRef = { platform: 'console', channel: 'console:local', message: 'one' } as const;
		const options = { prompt: 'paint 60000', seed: 5 };
		store.add({ id, command: 'generate', options, owner, messageRef, state: 'waiting' } satisfies RequestRecord);
		return id;
	});
	admit = async () => {
		const running = () => withStore((store) => expect(store.get(id)?.state).toBe('running'), false);
		await vi.waitFor(running, { timeout: 20_000, interval: 100 });
		throw new ConfigError('The club refuses the card.');
	};
	const platforms = [club, localConsole];
	const config = readConfig(platforms, { DATA_DIR: directory, CONSOLE_PORT: '0', LOG_LEVEL: 'silent' });
	const inference = startFakeInference(config);
	await expect(runBot(config, platforms, { inference })).rejects.toThrow('The club refuses the card.');
	withStore((store) => {
		expect(store.get(id)).toMatchObject({ state: 'waiting', job: { kind: 'generate' } });
		expect(store.get(id)?.crashes ?? 0).toBe(0);
	});
});
