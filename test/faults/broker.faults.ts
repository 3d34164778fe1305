/**
 * Remote workers on a real broker: kills workers, the broker and the bot, and freezes workers, at random moments. Every job must
 * end as done, by a worker, and in a round without a fault only one may have done it. One worker's clock is an hour ahead. Measures how long
 * it takes until a dead worker's job runs again, until a cancelled job ends, and from one preview to the next.
 *
 * What else a broker can do is tested elsewhere: one whose memory is full in test/gpu/queue/broker/remote-workers.test.ts, one that
 * refuses the password in connection.test.ts there, and a cut network in network.faults.ts.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireMessage } from '../../src/platforms/console/wire.ts';
import { NO_REDIS, RedisServer } from '../fakes/redis-server.ts';
import { until } from '../fakes/until.ts';
import { ask, shown } from '../src/platforms/console/harness.ts';
import { BotProcess } from './bot-process.ts';
import { endOf, MINUTES, Random } from './random.ts';
import { DONE_MS, NO_FAULT, RemoteWorkers, WorkerProcesses } from './remote-workers.ts';
import { hasStack, Tally } from './tally.ts';

const MACHINES = ['gpu1', 'gpu2', 'gpu3'];
const AHEAD = { gpu3: 3_600_000 } as Readonly<Record<string, number>>;

/** Jobs of each round: 50 in the usual time. */
const JOBS = Math.min(1000, Math.max(8, Math.round(2 * MINUTES)));
const MEASURED = 5;

/** Requests to one bot, of which a person may not have more at a time. */
const REQUESTS = 8;

/** The longest that people should have to wait, in milliseconds. */
const SLOWEST = { rerun: 8000, cancel: 500, preview: 1500 };

const FAULTS = ['kill', 'freeze', 'stop', 'broker', NO_FAULT] as const;

const random = new Random('broker');

describe.skipIf(NO_REDIS)(`remote workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	let workers: RemoteWorkers;
	beforeAll(async () => {
		server = await RedisServer.start();
		workers = new RemoteWorkers(server.url);
		for (const machine of MACHINES) workers.start(machine, { clockSkewMs: AHEAD[machine] });
		await workers.ready();
	});
	afterAll(async () => {
		await workers?.close();
		await server?.close();
	});

	const submit = (ms: () => number) => Promise.all(Array.from({ length: JOBS }, () => workers.submit(`sleep ${ms()}`)));

	async function happens(fault: (typeof FAULTS)[number]): Promise<void> {
		const machine = random.pick(MACHINES);
		if (fault === 'broker') {
			await server.kill();
			await delay(random.below(6000));
			await server.begin();
		} else if (fault === 'freeze') {
			workers.signal(machine, 'SIGSTOP');
			await delay(random.below(8000));
			workers.signal(machine, 'SIGCONT');
		} else if (fault !== NO_FAULT) {
			await workers.end(machine, fault === 'kill' ? 'SIGKILL' : 'SIGTERM');
			workers.start(machine, { clockSkewMs: AHEAD[machine] });
		}
	}

	test('lose no job to the end of a worker or of the broker', async () => {
		const tally = new Tally('remote workers');
		const end = endOf(0.2);
		let round = 0;
		do {
			const fault = FAULTS[round++ % FAULTS.length];
			const ids = await submit(() => 200 + random.below(2000));
			await delay(random.below(2500));
			tally.count(`${fault}s`);
			await happens(fault);
			await workers.checkDone(ids, tally, fault);
		} while (round < FAULTS.length || Date.now() < end);
		tally.close();
	});

	test('are taken over by the next bot', async () => {
		const tally = new Tally('bots');
		const end = endOf(0.05);
		do {
			tally.count('bots');
			const left = await submit(() => 5000 + random.below(9000));
			await until('some to run', () => left.some((id) => workers.steps(id).length > 0), DONE_MS);
			const old = workers.nextBot();
			await workers.checkDone(await submit(() => 200 + random.below(500)), tally, 'bot');
			await old.close();
		} while (Date.now() < end);
		tally.close();
	});

	test('make every picture that was asked of a bot that was killed', async () => {
		const tally = new Tally('killed bots');
		const machines = new WorkerProcesses(server.url);
		const dataDir = join(machines.folder, 'bot');
		const newBot = () => new BotProcess({ DATA_DIR: dataDir, QUEUE_URL: server.url, QUEUE_NAME: machines.queue });
		let bot = newBot();
		let asked = 0;
		for (const machine of MACHINES) machines.start(machine);
		const end = endOf(0.15);
		do {
			if (!(await bot.ready())) throw new Error(bot.printed);
			const keys = Array.from({ length: REQUESTS }, () => `request${++asked}`);
			for (const key of keys) await ask(bot.url, { line: `/generate "paint ${100 + random.below(3000)} ${key}"` });
			tally.count('requests', REQUESTS);
			await delay(random.below(2500));
			tally.count('kills');
			await bot.end('SIGKILL');
			bot = newBot();
			if (!(await bot.ready())) throw new Error(bot.printed);
			const limit = Date.now() + DONE_MS;
			while (rows(dataDir).some(isOpen) && Date.now() < limit) await delay(100);
			let messages = await shown(bot.url);
			// A result is stored before it is shown.
			while (keys.some((key) => resultsOf(key, messages) === 0) && Date.now() < limit) {
				await delay(100);
				messages = await shown(bot.url);
			}
			for (const key of keys) check(key, rows(dataDir), resultsOf(key, messages), machines.executions(), tally);
			if (hasStack(bot.printed)) tally.fault('stacks', bot.printed);
		} while (Date.now() < end);
		await bot.end('SIGTERM');
		await machines.close();
		tally.close();
	});

	test('are fast when it matters', async () => {
		const runsAgain: number[] = [];
		const cancelled: number[] = [];
		const previews: number[] = [];
		for (let i = 0; i < MEASURED; i++) {
			await workers.ready();
			const id = await workers.submit('sleep 60000');
			await until('it to run', () => workers.steps(id).length > 20, DONE_MS);
			const times = workers.steps(id).map(({ at }) => at);
			previews.push(...times.slice(1).map((at, n) => at - times[n]));
			const machine = (await workers.runner.devices()).find(({ running }) => running > 0)?.machine as string;
			const dead = performance.now();
			await workers.end(machine, 'SIGKILL');
			const again = () =>
				workers.steps(id).find(({ event, at }) => at > dead && event.type === 'progress' && event.done === 1);
			await until('it to run again', () => again() !== undefined, DONE_MS);
			runsAgain.push((again()?.at as number) - dead);
			workers.start(machine, { clockSkewMs: AHEAD[machine] });
			const asked = performance.now();
			await workers.runner.cancel(id);
			await until('its end', () => workers.endsOf(id).length > 0, DONE_MS);
			cancelled.push(workers.endsOf(id)[0].at - asked);
		}
		report('a job runs again after its worker was killed', runsAgain, SLOWEST.rerun);
		report('a cancelled job ends', cancelled, SLOWEST.cancel);
		report('a preview comes after the one before, sent every 20 ms', previews, SLOWEST.preview);
	});
});

interface Row {
	readonly id: string;
	readonly state: string;
	readonly options: string;
}

/** All requests in a bot's database. */
function rows(dataDir: string): readonly Row[] {
	const database = new Libsql(join(dataDir, 'flipside.db'), { timeout: 5000 });
	try {
		return database.prepare('SELECT id, state, options FROM requests').all() as readonly Row[];
	} finally {
		database.close();
	}
}

const isOpen = ({ state }: Row) => state === 'waiting' || state === 'running';

const named = (key: string) => new RegExp(`${key}\\b`);

/** How many messages show the picture of a request. */
const resultsOf = (key: string, shown: readonly WireMessage[]) =>
	shown.filter(({ title, pictures }) => named(key).test(title) && pictures.length > 0).length;

/** Checks that a request was done by a worker, is done, and is shown with its picture, once. */
function check(key: string, all: readonly Row[], results: number, executions: readonly string[], tally: Tally): void {
	const names = named(key);
	const [request, ...others] = all.filter(({ options }) => names.test(options));
	const done = executions.filter((placement) => placement.split('~')[0] === request?.id);
	tally.count('results', results);
	tally.count('executions', done.length);
	if (request?.state !== 'done') {
		tally.fault(request && isOpen(request) ? 'hanging' : 'lost', `${key} is ${request?.state}`);
	} else if (results === 0 || done.length === 0) {
		tally.fault('lost', `${key}: ${results} results of ${done.length} executions`);
	}
	if (others.length > 0 || results > 1) tally.fault('doubled', `${key}: ${others.length + 1} rows, ${results} results`);
	if (new Set(done).size < done.length) tally.fault('doubled', `${key}: one placement done twice`);
}

/** Prints how long something took, and fails if that was ever too long. */
function report(what: string, times: readonly number[], limit: number): void {
	const sorted = [...times].sort((a, b) => a - b).map(Math.round);
	console.log(`${what}: median ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms (${times.length} times)`);
	expect(sorted.at(-1), what).toBeLessThanOrEqual(limit);
}
