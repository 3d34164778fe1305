/** A whole bot on the fake Slack: the real Bolt, desk, commands and uploads, with a scripted runner. */

import type { Platform } from '../../../../src/chat/platform.ts';
import type { DeskDeps } from '../../../../src/desk/desk.ts';
import { createSlack, type SlackDeps } from '../../../../src/platforms/slack/platform.ts';
import { type MadeDesk, makeDesk } from '../../../fakes/make-desk.ts';
import { type FakeSlack, startFakeSlack, wordsOf } from '../../../fakes/slack/fake-slack.ts';
import {
	APP_TOKEN,
	BOT_TOKEN,
	type FakeFile,
	type FakeMessage,
	SIGNING_SECRET,
	type World,
} from '../../../fakes/slack/world.ts';
import { until } from '../../../fakes/until.ts';

/** Short enough for a test, long enough to notice throttling. */
export const EDIT_INTERVAL_MS = 100;

export const TIMING = {
	editIntervalMs: EDIT_INTERVAL_MS,
	edits: { perMinute: 6000, burst: 100 },
	callRetryMs: 10,
	lastEditWaitsMs: [10, 20],
	pollMs: 10,
	readyMs: 500,
	renewMs: 300,
	pingMs: 2000,
	stopGraceMs: 300,
};

export interface Bot extends MadeDesk {
	readonly slack: FakeSlack;
	readonly world: World;
	readonly platform: Platform;
	readonly greeting: string;
	/** The address for Slack's requests over HTTP. */
	readonly requestUrl: string;
	/** Stops the bot in order, leaving open requests for the next one. */
	leave(): Promise<void>;
	/** Closes everything, including Slack. */
	stop(): Promise<void>;
}

/**
 * @param transport how Slack sends events: over a socket, or as signed requests
 * @param before a stopped bot, to continue from
 */
export async function startBot(
	{ longWaitMs, ...deps }: Partial<SlackDeps> & Pick<DeskDeps, 'longWaitMs'> = {},
	transport: 'socket' | 'http' = 'socket',
	before?: Bot,
): Promise<Bot> {
	const slack = before?.slack ?? (await startFakeSlack());
	const made = await makeDesk({ longWaitMs }, before);
	const { desk, log } = made;
	const how = transport === 'socket' ? { appToken: APP_TOKEN } : { signingSecret: SIGNING_SECRET };
	const platform = createSlack({
		desk,
		log,
		botToken: BOT_TOKEN,
		...how,
		port: 0,
		staff: [],
		slackApiUrl: slack.slackApiUrl,
		...deps,
		timing: { ...TIMING, ...deps.timing },
	});
	const greeting = await platform.start();
	const port = /on port (\d+)/.exec(greeting)?.[1];
	const requestUrl = `http://127.0.0.1:${port}/slack/events`;
	if (transport === 'http') slack.useHttp(requestUrl);
	return {
		...made,
		slack,
		world: slack.world,
		platform,
		greeting,
		requestUrl,
		async leave() {
			desk.stop();
			await platform.stop();
			await made.leave();
		},
		async stop() {
			await made.leave();
			await platform.stop();
			await slack.close();
			await made.close();
		},
	};
}

/** Waits until all messages are finished, then returns the newest public one. */
export async function finished(world: World, how = /./): Promise<FakeMessage> {
	return until('the last state of an answer', () => {
		const message = world.shown().at(-1);
		return message && !world.shown().map(wordsOf).some(isOpen) && how.test(wordsOf(message)) && message;
	});
}

/** Waits for a matching ephemeral message and returns the newest. */
export async function whispered(world: World, to: string, how = /./): Promise<string> {
	return until('a private answer', () => {
		const words = world.shown(to).map(wordsOf).at(-1);
		return words !== undefined && how.test(words) && words;
	});
}

const isOpen = (words: string) => /Waiting|Starting|Step \d|One moment|Fetching/.test(words);

/** The pictures that people see in a message. */
export const picturesOf = (world: World, { blocks, shows }: FakeMessage): { alt: string; file: FakeFile }[] =>
	blocks.flatMap(({ type, alt_text, slack_file }) =>
		type === 'image' && shows.includes(slack_file!.id)
			? [{ alt: alt_text as string, file: world.files.get(slack_file!.id) as FakeFile }]
			: [],
	);
