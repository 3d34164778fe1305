/** A real bot process that is killed during its work and restarted. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seedOf } from '../../gpu/jobs/index.ts';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';
import type { WireMessage } from '../../src/platforms/console/wire.ts';
import { openStore } from '../../src/store/open.ts';
import { RequestStore } from '../../src/store/requests.ts';
import { ask, events, signIn } from './platforms/console/harness.ts';

const JOBS = 20;

let directory: string;
let bots: ChildProcess[];
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-restart-'));
	bots = [];
});
afterEach(async () => {
	await Promise.all(bots.map(kill));
	await rm(directory, { recursive: true, force: true });
});

async function kill(bot: ChildProcess): Promise<void> {
	if (bot.exitCode !== null || bot.signalCode !== null) return;
	bot.kill('SIGKILL');
	await once(bot, 'exit');
}

/** Resolves with the console's address once it is open. */
async function startBot(): Promise<{ bot: ChildProcess; url: string }> {
	const entry = fileURLToPath(new URL('../fakes/bot.ts', import.meta.url));
	const env = { PATH: process.env.PATH, DATA_DIR: directory, CONSOLE_PORT: '0', LOG_LEVEL: 'error' };
	const bot = spawn(process.execPath, [LAUNCHER, entry], { env, stdio: 'pipe' });
	bots.push(bot);
	for await (const line of createInterface({ input: bot.stdout })) {
		const address = /http:\S+/.exec(line)?.[0];
		if (address) return { bot, url: await signIn(address) };
	}
	throw new Error(`the bot ended: ${bot.stderr.read()}`);
}

/** Watches the conversation until the condition holds. */
async function messagesOnce(
	url: string,
	wanted: (messages: readonly WireMessage[]) => boolean,
): Promise<readonly WireMessage[]> {
	const all = new Map<string, WireMessage>();
	for await (const event of events(url)) {
		for (const message of event.messages) all.set(message.id, message);
		if (wanted([...all.values()])) return [...all.values()];
	}
	throw new Error('the events ended');
}

/** The stored requests, read while no bot runs. */
function stored() {
	const { database, close } = openStore(directory, true, (sentence) => expect.fail(sentence));
	const store = new RequestStore(database);
	const records = store.newest('console', 100);
	close();
	return records;
}

test(`a bot killed during ${JOBS} jobs loses none, and makes the same pictures`, async () => {
	const first = await startBot();
	await Promise.all(Array.from({ length: JOBS }, (_, i) => ask(first.url, { line: `/generate "paint 120 ${i}"` })));
	await messagesOnce(first.url, (messages) => messages.filter(({ state }) => state === 'done').length >= 3);
	await kill(first.bot);

	const before = stored();
	expect(before).toHaveLength(JOBS);
	expect(before.filter(({ state }) => state === 'running').length).toBeGreaterThan(0);
	expect(before.filter(({ state }) => state === 'waiting').length).toBeGreaterThan(0);

	const second = await startBot();
	const messages = await messagesOnce(second.url, (all) => all.filter(({ state }) => state === 'done').length === JOBS);
	await kill(second.bot);
	expect(messages.map(({ id }) => id).sort()).toEqual(before.map(({ messageRef }) => messageRef?.message).sort());

	const after = stored();
	expect(after.map(({ state }) => state)).toEqual(before.map(() => 'done'));
	expect(after.map(({ options }) => options)).toEqual(before.map(({ options }) => options));
	expect(after.map(({ job, options }) => job && seedOf(job) === options.seed)).toEqual(before.map(() => true));
	expect(after.every(({ result }) => result?.images.length === 1)).toBe(true);
	expect(after.map(({ crashes }) => crashes)).toEqual(before.map(({ state }) => (state === 'running' ? 1 : 0)));
});
