/** A whole bot on the fake Slack: the real Bolt, desk, commands and uploads; only the runner is scripted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { type Mock, vi } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { createBlobStore } from '../../../../gpu/queue/blobs.ts';
import { createResultStore } from '../../../../gpu/queue/results.ts';
import type { Platform } from '../../../../src/chat/platform.ts';
import { Desk } from '../../../../src/desk/desk.ts';
import { createSlack, type SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { RequestStore } from '../../../../src/store/requests.ts';
import { fetchPicture } from '../../../../src/uploads/fetch-picture.ts';
import { FakeRunner } from '../../../fakes/fake-runner.ts';
import { FakeTraining } from '../../../fakes/fake-training.ts';
import { type FakeSlack, startFakeSlack, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import {
	APP_TOKEN,
	BOT_TOKEN,
	type FakeFile,
	type FakeMessage,
	SIGNING_SECRET,
	type World,
} from '../../../fakes/slack/world.ts';

/** Short enough for a test, long enough to tell throttled from not. */
export const EDIT_INTERVAL_MS = 100;

export const TIMING = {
	editIntervalMs: EDIT_INTERVAL_MS,
	edits: { perMinute: 6000, burst: 100 },
	callRetryMs: 10,
	pollMs: 10,
	readyMs: 500,
	renewMs: 300,
	pingMs: 2000,
	stopGraceMs: 300,
};

export interface Bot {
	readonly slack: FakeSlack;
	readonly world: World;
	readonly runner: FakeRunner;
	readonly training: FakeTraining;
	readonly desk: Desk;
	readonly store: RequestStore;
	readonly log: Record<'error' | 'warn' | 'info' | 'debug', Mock>;
	readonly platform: Platform;
	readonly greeting: string;
	/** Where Slack posts to, over HTTP. */
	readonly requestUrl: string;
	readonly directory: string;
	/** As a bot ends in good order: what is open goes on with the next one. */
	leave(): Promise<void>;
	/** Ends all, Slack too. */
	stop(): Promise<void>;
}

/**
 * @param transport as Slack sends events: by a socket, or as signed requests
 * @param before a bot that has left: this one goes on where it was
 */
export async function startBot(
	deps: Partial<SlackDeps> = {},
	transport: 'socket' | 'http' = 'socket',
	before?: Pick<Bot, 'slack' | 'store' | 'directory'>,
): Promise<Bot> {
	const slack = before?.slack ?? (await startFakeSlack());
	const directory = before?.directory ?? (await mkdtemp(join(tmpdir(), 'flipside-slack-')));
	const blobs = createBlobStore(directory);
	const runner = new FakeRunner(blobs);
	const training = new FakeTraining();
	const results = createResultStore(join(directory, 'results'), blobs);
	const store = before?.store ?? new RequestStore();
	const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
	const desk = new Desk({
		commands,
		runner,
		training,
		blobs,
		results,
		store,
		log,
		fetchPicture: fetchFromTests,
	});
	const how = transport === 'socket' ? { appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET };
	const platform = createSlack({
		desk,
		log,
		botToken: BOT_TOKEN,
		...how,
		port: 0,
		staff: [],
		slackApiUrl: slack.slackApiUrl,
		fileOrigins: [slack.origin()],
		...deps,
		timing: { ...TIMING, ...deps.timing },
	});
	const greeting = await platform.start();
	const port = /on port (\d+)/.exec(greeting)?.[1];
	const requestUrl = `http://127.0.0.1:${port}/slack/events`;
	if (transport === 'http') slack.useHttp(requestUrl);
	return {
		slack,
		world: slack.world,
		runner,
		training,
		desk,
		store,
		log,
		platform,
		greeting,
		requestUrl,
		directory,
		async leave() {
			desk.stop();
			await platform.stop();
			await runner.close();
		},
		async stop() {
			await runner.close();
			await platform.stop();
			await slack.close();
			await rm(directory, { recursive: true, force: true });
		},
	};
}

/** What `look` finds, as soon as it finds something. */
export function until<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
	return vi.waitFor(
		() => {
			const found = look();
			if (!found) throw new Error(`waited in vain for ${what}`);
			return found;
		},
		{ timeout: 20_000, interval: 5 },
	);
}

/** The newest public message, once it is finished: not waiting or running any more. */
export async function finished(world: World, how = /./): Promise<FakeMessage> {
	return until('the last state of an answer', () => {
		const message = world.shown().at(-1);
		return message && !isOpen(wordsOf(message)) && how.test(wordsOf(message)) && message;
	});
}

/** The newest message for one person, once there is one that fits. */
export async function whispered(world: World, to: string, how = /./): Promise<string> {
	return until('a private answer', () => {
		const words = world.shown(to).map(wordsOf).at(-1);
		return words !== undefined && how.test(words) && words;
	});
}

const isOpen = (words: string) => /Waiting|Starting|Step \d|One moment/.test(words);

/** The files that the pictures of a message show. */
export const picturesOf = (world: World, { blocks }: FakeMessage): { alt: string; file: FakeFile }[] =>
	blocks.flatMap(({ type, alt_text, slack_file }) =>
		type === 'image' ? [{ alt: alt_text as string, file: world.files.get(slack_file!.id) as FakeFile }] : [],
	);

/** A web with one picture in it; everything else is the real one, as far as it is asked. */
const fetchFromTests: typeof fetchPicture = async (address) => {
	if (address !== 'https://pictures.test/web.png') return fetchPicture(address);
	return { bytes: (await sketch()).bytes, name: 'web.png' };
};

export async function sketch(name = 'sketch.png') {
	const bytes = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#b04030' } })
		.png()
		.toBuffer();
	return { name, type: 'image/png', bytes };
}
