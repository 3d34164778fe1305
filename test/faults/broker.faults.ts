/**
 * Remote workers on a real broker: kills workers, the broker and the bot, and freezes workers, at random moments. Every job must
 * end once, as done. Reports how long it takes until a dead worker's job runs again, until a cancelled job ends, and from one
 * preview to the next.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { NO_REDIS, RedisServer } from '../fakes/redis-server.ts';
import { until } from '../fakes/until.ts';
import { ask } from '../src/platforms/console/harness.ts';
import { BotProcess } from './bot-process.ts';
import { endOf, Random } from './random.ts';
import { DONE_MS, RemoteWorkers, WorkerProcesses } from './remote-workers.ts';
import { hasStack, Tally } from './tally.ts';

const MACHINES = ['gpu1', 'gpu2', 'gpu3'];
const JOBS = 8;
const MEASURED = 5;

const FAULTS = ['kill', 'freeze', 'stop', 'broker'] as const;

const random = new Random('broker');

describe.skipIf(NO_REDIS)(`remote workers${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer;
	let workers: RemoteWorkers;
	beforeAll(async () => {
		server = await RedisServer.start();
		workers = new RemoteWorkers(server.url);
		for (const machine of MACHINES) workers.start(machine);
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
		} else {
			await workers.end(machine, fault === 'kill' ? 'SIGKILL' : 'SIGTERM');
			workers.start(machine);
		}
	}

	test('lose no job to the end of a worker or of the broker', async () => {
		const tally = new Tally('remote workers');
		const end = endOf(0.2);
		do {
			const fault = random.pick(FAULTS);
			const ids = await submit(() => 200 + random.below(2000));
			await delay(random.below(2500));
			tally.count(`${fault}s`);
			await happens(fault);
			await workers.checkDone(ids, tally, fault);
		} while (Date.now() < end);
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
		for (const machine of MACHINES) machines.start(machine);
		const end = endOf(0.15);
		do {
			if (!(await bot.ready())) throw new Error(bot.printed);
			for (let i = 0; i < JOBS; i++) await ask(bot.url, { line: `/generate "paint ${100 + random.below(3000)}"` });
			tally.count('requests', JOBS);
			await delay(random.below(2500));
			tally.count('kills');
			await bot.end('SIGKILL');
			bot = newBot();
			if (!(await bot.ready())) throw new Error(bot.printed);
			const limit = Date.now() + DONE_MS;
			while (states(dataDir).some(isOpen) && Date.now() < limit) await delay(100);
			const wrong = states(dataDir).filter((state) => state !== 'done');
			for (const state of wrong) tally.fault(isOpen(state) ? 'hanging' : 'lost', `a request is ${state}`);
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
			workers.start(machine);
			const asked = performance.now();
			await workers.runner.cancel(id);
			await until('its end', () => workers.endsOf(id).length > 0, DONE_MS);
			cancelled.push(workers.endsOf(id)[0].at - asked);
		}
		report('a job runs again after its worker was killed', runsAgain);
		report('a cancelled job ends', cancelled);
		report('a preview comes after the one before, sent every 20 ms', previews);
	});
});

/** The states of all requests in a bot's database. */
function states(dataDir: string): readonly string[] {
	const database = new Libsql(join(dataDir, 'flipside.db'), { timeout: 5000 });
	try {
		const rows = database.prepare('SELECT state FROM requests').all() as readonly { readonly state: string }[];
		return rows.map(({ state }) => state);
	} finally {
		database.close();
	}
}

const isOpen = (state: string) => state === 'waiting' || state === 'running';

function report(what: string, times: readonly number[]): void {
	const sorted = [...times].sort((a, b) => a - b).map(Math.round);
	console.log(`${what}: median ${sorted[sorted.length >> 1]} ms, at most ${sorted.at(-1)} ms (${times.length} times)`);
}
