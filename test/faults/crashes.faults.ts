/**
 * The crash matrix: ends the bot, worker, trainer, or bot and worker with TERM, INT or KILL at random moments, while people send
 * requests on the console and the fakes of Discord and Slack, some with hostile pictures. Every accepted request must be done once
 * and shown once, and the hostile ones must end.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Libsql from 'libsql';
import { afterAll, beforeAll, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { listRuns } from '../../gpu/training/runs.ts';
import { deployCommands } from '../../src/platforms/discord/deploy.ts';
import { type FakeDiscord, startFakeDiscord } from '../fakes/discord/fake-discord.ts';
import { BOT_TOKEN as DISCORD_TOKEN } from '../fakes/discord/world.ts';
import { largeDrawing, longRow } from '../fakes/hostile-pictures.ts';
import { type FakeSlack, startFakeSlack, wordsOf } from '../fakes/slack/fake-slack.ts';
import { APP_TOKEN, BOT_TOKEN as SLACK_TOKEN } from '../fakes/slack/world.ts';
import { ask, shown } from '../src/platforms/console/harness.ts';
import { picturesOf } from '../src/platforms/slack/bot.ts';
import { BotProcess, isAlive } from './bot-process.ts';
import { endOf, Random } from './random.ts';
import { hasStack, Tally } from './tally.ts';

/** Requests per round on each platform. */
const ASKED = 2;

const HOSTILE = [longRow(), largeDrawing()];

/** The time within which accepted requests must be done on a busy machine. */
const DONE_MS = 180_000;
const TRAINED_MS = 300_000;

/** A trainer outlives a killed bot until its next step and checkpoint, at low priority. */
const ORPHAN_MS = 120_000;

const VICTIMS = ['bot', 'worker', 'trainer', 'both'] as const;
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGKILL'] as const;

/** A request, with `key` in its prompt. */
interface Asked {
	readonly key: string;
	/** Whether the person was told that it was accepted. */
	taken(): boolean | Promise<boolean>;
	/** How often its picture is shown. */
	shown(): number | Promise<number>;
}

const random = new Random('crashes');
const tally = new Tally('crash matrix');
let dataDir: string;
let discord: FakeDiscord;
let slack: FakeSlack;
let bot: BotProcess;
let keys = 0;

beforeAll(async () => {
	dataDir = mkdtempSync(join(tmpdir(), 'flipside-crashes-'));
	discord = await startFakeDiscord();
	slack = await startFakeSlack();
	await deployCommands({ commands, token: DISCORD_TOKEN, rest: discord.rest });
});
afterAll(async () => {
	await bot?.end('SIGKILL');
	await discord.close();
	await slack.close();
	rmSync(dataDir, { recursive: true, force: true });
});

function newBot(): BotProcess {
	return new BotProcess({
		DATA_DIR: dataDir,
		DISCORD_TOKEN,
		DISCORD_API_URL: discord.rest.api,
		SLACK_BOT_TOKEN: SLACK_TOKEN,
		SLACK_APP_TOKEN: APP_TOKEN,
		SLACK_API_URL: slack.slackApiUrl,
	});
}

/** Starts a bot and waits until it is ready. Sometimes kills one during its start first. */
async function startBot(): Promise<void> {
	bot = newBot();
	if (random.chance(0.2)) {
		await delay(random.below(4000));
		await kill(['bot'], random.pick(SIGNALS));
		bot = newBot();
	}
	if (await bot.ready()) return;
	tally.fault('crashes', `a bot did not start: ${bot.printed}`);
	throw new Error(bot.printed);
}

function somebodyAsks(): Asked[] {
	return Array.from({ length: ASKED }, () => [onConsole(), onDiscord(), onSlack()]).flat();
}

const newPrompt = () => {
	const key = `k${++keys}`;
	return { key, prompt: `paint ${100 + random.below(1500)} ${key}` };
};

/** The Discord user for the last prompt. */
const discordUser = () => ({ id: `5${String(keys).padStart(17, '0')}`, name: `k${keys}` });

function onConsole(): Asked {
	const { key, prompt } = newPrompt();
	const id = ask(bot.url, { line: `/generate "${prompt}"` }).then(
		({ answer }) => ('id' in answer ? answer.id : undefined),
		() => undefined,
	);
	return {
		key,
		taken: async () => (await id) !== undefined,
		async shown() {
			const names = new RegExp(`${key}\\b`);
			return (await shown(bot.url)).filter(({ title, pictures }) => names.test(title) && pictures.length > 0).length;
		},
	};
}

function onDiscord(): Asked {
	const { key, prompt } = newPrompt();
	const sent = discord.slash('generate', { prompt }, discordUser());
	const names = new RegExp(`${key}\\b`);
	return {
		key,
		taken: () => names.test(sent.original?.content ?? ''),
		shown: () =>
			[...discord.world.messages.values()].filter(
				({ deleted, attachments }) => !deleted && attachments.some(({ description = '' }) => names.test(description)),
			).length,
	};
}

function onSlack(): Asked {
	const { key, prompt } = newPrompt();
	const user = { id: `U0${key.toUpperCase()}`, name: key };
	Promise.resolve(slack.slash('/flipside', `generate "${prompt}"`, { user })).catch(() => {}); // the bot was killed
	const names = new RegExp(`${key}\\b`);
	return {
		key,
		taken: () => slack.world.shown().some((message) => names.test(wordsOf(message))),
		shown: () =>
			slack.world.shown().filter((message) => picturesOf(slack.world, message).some(({ alt }) => names.test(alt)))
				.length,
	};
}

/** Sends a hostile picture on each platform. @returns the keys in the prompts of these requests */
function somebodyHarms(): string[] {
	const harm = (
		send: (prompt: string, picture: (typeof HOSTILE)[number], user: { id: string; name: string }) => void,
	) => {
		const { key, prompt } = newPrompt();
		tally.count('hostile pictures');
		send(prompt, random.pick(HOSTILE), { id: `U0${key.toUpperCase()}`, name: key });
		return key;
	};
	return [
		harm((prompt, { bytes, name, type }) => {
			const attachment = new File([new Uint8Array(bytes)], name, { type });
			ask(bot.url, { line: `/edit "${prompt}"`, attachment }).catch(() => {}); // the bot was killed
		}),
		harm((prompt, { bytes, name, type }) => {
			const image = { name, type, bytes: new Uint8Array(bytes) };
			discord.slash('edit', { image, prompt }, discordUser());
		}),
		harm((prompt, picture, user) => {
			const file = slack.world.addFile(picture);
			Promise.resolve(slack.mention(`edit "${prompt}"`, [file], { user })).catch(() => {}); // the bot was killed
		}),
	];
}

/** Rows of requests whose options match, read while the bot runs. */
function stored(like: string): readonly { readonly id: string; readonly state: string; readonly answer: string }[] {
	const database = new Libsql(join(dataDir, 'flipside.db'), { timeout: 5000 });
	try {
		const sql = 'SELECT id, state, answer FROM requests WHERE options LIKE ?';
		return database.prepare(sql).all(like) as ReturnType<typeof stored>;
	} finally {
		database.close();
	}
}

/** @returns whether the bot has ended */
async function kill(victims: readonly string[], signal: NodeJS.Signals): Promise<boolean> {
	if (!bot.isThere) {
		tally.fault('crashes', `a bot ended by itself: ${bot.printed}`);
		return true;
	}
	const workers = bot.children('worker.ts');
	const trainers = bot.children('training-process.ts');
	tally.count('kills');
	for (const pid of [
		...(victims.includes('worker') ? workers : []),
		...(victims.includes('trainer') ? trainers : []),
	]) {
		if (isAlive(pid)) process.kill(pid, signal);
	}
	if (!victims.includes('bot')) return false;
	const status = await bot.end(signal);
	if (status === undefined) tally.fault('hanging', `the bot does not end upon ${signal}: ${bot.printed}`);
	else if (!isMeant(status, signal)) tally.fault('crashes', `status ${status} upon ${signal}: ${bot.printed}`);
	if (hasStack(bot.printed)) tally.fault('stacks', bot.printed);
	const end = Date.now() + ORPHAN_MS;
	while ([...workers, ...trainers].some(isAlive) && Date.now() < end) await delay(100);
	if (workers.some(isAlive)) tally.fault('hanging', `a worker outlives its bot, upon ${signal}`);
	if (trainers.some(isAlive)) tally.fault('hanging', `a trainer outlives its bot, upon ${signal}`);
	return true;
}

/** Whether a bot ended in order on a signal. Before it prints anything it does not handle signals, which then end it directly. */
const isMeant = (status: number | NodeJS.Signals, signal: NodeJS.Signals) =>
	status === signal ? signal === 'SIGKILL' || bot.printed === '' : status === 0;

async function checkDone(all: readonly Asked[]): Promise<void> {
	const end = Date.now() + DONE_MS;
	for (const { key, taken, shown } of all) {
		const rows = () => stored(`% ${key}"%`);
		if (!(await taken()) && rows().length === 0) {
			tally.count('asked of a bot that was gone');
			continue;
		}
		tally.count('requests');
		const isDone = async () =>
			rows().every(({ state }) => state !== 'waiting' && state !== 'running') && (await shown()) > 0;
		while (!(await isDone()) && Date.now() < end) await delay(200);
		const [states, copies] = [rows().map(({ state, answer }) => `${state} ${answer}`), await shown()];
		if (states.length > 1 || copies > 1) tally.fault('doubled', `${key}: ${states.length} rows, shown ${copies} times`);
		if (states.some((state) => /^(waiting|running)/.test(state))) tally.fault('hanging', `${key}: ${states}`);
		else if (states.length === 0 || copies === 0 || !states[0].startsWith('done')) {
			tally.fault('lost', `${key}: ${states.join() || 'no row'}, shown ${copies} times`);
		}
	}
}

/** Checks that each request with a hostile picture ended with a sentence. */
async function checkHarmless(keys: readonly string[]): Promise<void> {
	const end = Date.now() + DONE_MS;
	for (const key of keys) {
		const rows = () => stored(`% ${key}"%`);
		const isOpen = () => rows().some(({ state }) => state === 'waiting' || state === 'running');
		while (isOpen() && Date.now() < end) await delay(200);
		if (isOpen()) tally.fault('hanging', `a hostile picture, ${key}`);
		for (const { state, answer } of rows()) {
			if (state === 'done') tally.fault('crashes', `a hostile picture was taken: ${answer}`);
			if (hasStack(answer ?? '')) tally.fault('stacks', answer);
		}
	}
}

/** Runs one training after the other. Each may die once, because the bot gives up one that dies twice before its first step. */
class Trainings {
	#open = false;
	#spared = false;

	get mayDie(): boolean {
		return this.#open && !this.#spared;
	}

	died(): void {
		this.#spared = true;
	}

	async next(): Promise<void> {
		// Not the run's own record, which says that it is done a moment before the bot takes another.
		if (this.#open && openTrainings().length > 0) return;
		this.#open = true;
		this.#spared = false;
		tally.count('trainings');
		await ask(bot.url, { line: '/mnist train time --hidden 4 --batch 16 --steps 150 --now' }).catch(() => {});
	}

	/** Checks that all are done, each in one run. */
	async check(): Promise<void> {
		const end = Date.now() + TRAINED_MS;
		while (openTrainings().length > 0 && Date.now() < end) await delay(500);
		if (openTrainings().length > 0) tally.fault('hanging', `a training: ${JSON.stringify(openTrainings())}`);
		const runs = await listRuns(dataDir);
		for (const { id, state, answer } of stored('%"hidden"%')) {
			if (state !== 'done') tally.fault('lost', `a training is ${state}: ${answer}`);
			if (runs.filter(({ request }) => request === id).length > 1) tally.fault('doubled', `two runs of ${id}`);
		}
	}
}

/** The requests for trainings that have not ended. */
const openTrainings = () => stored('%"hidden"%').filter(({ state }) => state === 'waiting' || state === 'running');

test('crash matrix', async () => {
	const end = endOf(0.8);
	const trainings = new Trainings();
	await startBot();
	while (Date.now() < end) {
		tally.count('rounds');
		await trainings.next();
		const all = somebodyAsks();
		const harms = somebodyHarms();
		await delay(random.below(2500));
		const victim = random.pick(VICTIMS);
		const victims = victim === 'both' ? ['bot', 'worker'] : [victim];
		const isTrainer = victim === 'trainer';
		if (!isTrainer || trainings.mayDie) {
			if (isTrainer) trainings.died();
			if (await kill(victims, random.pick(SIGNALS))) await startBot();
		}
		await checkDone(all);
		await checkHarmless(harms);
	}
	await trainings.check();
	await kill(['bot'], 'SIGTERM');
	const left = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /sock|ready/.test(name));
	if (left.length > 0) tally.fault('crashes', `left behind: ${left}`);
	tally.close();
});
