import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { ConfigError } from '../../../../src/base/config.ts';
import type { Platform } from '../../../../src/chat/platform.ts';
import type { Desk } from '../../../../src/desk/desk.ts';
import type { MessageView } from '../../../../src/desk/view.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { createDiscord, type DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN } from '../../../fakes/discord/world.ts';
import { until } from '../../../fakes/until.ts';

let discord: FakeDiscord;

beforeEach(async () => {
	discord = await startFakeDiscord();
});
afterEach(() => discord.close());

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

/** The error of the start. */
async function startError(deps: Partial<DiscordDeps>): Promise<Error> {
	const platform = createDiscord({
		desk: { writeFor() {} } as unknown as Desk,
		log,
		token: BOT_TOKEN,
		rest: discord.rest,
		...deps,
	});
	try {
		return await platform.start().then(
			() => expect.unreachable('it started'),
			(error) => error,
		);
	} finally {
		await platform.stop();
	}
}

test.each(['secret', 'Bot a.b.c', `${BOT_TOKEN}\n`, 'a.b'])('a token like %j is rejected before the start', (token) => {
	let error: unknown;
	try {
		createDiscord({ desk: { writeFor() {} } as unknown as Desk, log, token, rest: discord.rest });
	} catch (thrown) {
		error = thrown;
	}
	expect(error).toBeInstanceOf(ConfigError);
	const { message } = error as ConfigError;
	expect(message).toMatch(/^DISCORD_TOKEN is not a bot token.*discord\.com\/developers\/applications/);
	expect(message).not.toContain(token);
	expect(discord.world.requests).toEqual([]);
});

describe('start', () => {
	test('names the wrong setting if Discord rejects the token', async () => {
		const error = await startError({ token: 'MTAwMDAw.Gwrong.a-wrong-token' });
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(
			/^Discord refuses DISCORD_TOKEN; create a new one at https:\/\/discord\.com\/developers/,
		);
		expect(error.message).not.toContain('Gwrong');
	});

	test('names it too if only the gateway rejects the token', async () => {
		vi.spyOn(discord.gateway, 'admits').mockReturnValue(false);
		const error = await startError({});
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toContain('DISCORD_TOKEN');
	});

	test('rejects the id of another application', async () => {
		const error = await startError({ applicationId: '55555' });
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(/^DISCORD_APPLICATION_ID 55555 is not the application of DISCORD_TOKEN/);
	});
});

describe('a Discord that cannot be reached', () => {
	const RETRY_MS = 20;
	const WRONG_TOKEN = 'MTAwMDAw.Gwrong.a-wrong-token';
	const blank = { title: '', figures: [], buttons: [], personal: false };
	const view: MessageView = { requestId: 'r1', state: 'done', text: 'A dog.', ...blank };
	const desk = { commands, writeFor() {}, open: async () => ({ view }) } as unknown as Desk;
	let platform: Platform;

	/** Starts with the address of a Discord that is down. */
	async function startAlone(token = BOT_TOKEN): Promise<string> {
		await discord.close();
		platform = createDiscord({ desk, log, token, rest: discord.rest, timing: { retryMs: RETRY_MS } });
		return platform.start();
	}
	const comeUp = async () => {
		discord = await startFakeDiscord(Number(new URL(discord.rest.api).port));
	};
	/** Waits long enough for many tries. */
	const wait = () => new Promise((resolve) => setTimeout(resolve, 10 * RETRY_MS));

	beforeEach(() => vi.clearAllMocks());
	afterEach(() => platform.stop());

	test('is reported with a sentence, and retried until it answers', async () => {
		const sentence = await startAlone();
		const { port } = new URL(discord.rest.api);
		expect(sentence).toBe(
			`Discord cannot be reached (connect ECONNREFUSED 127.0.0.1:${port}); trying again every 0.02 s.`,
		);
		await until('more tries', () => log.debug.mock.calls.length >= 3);
		expect([...log.warn.mock.calls, ...log.error.mock.calls]).toEqual([]);

		await comeUp();
		await until('the log', () => log.warn.mock.calls.length > 0);
		expect(log.warn.mock.calls).toEqual([[{}, 'Discord: online as flipside.']]);
		await deployCommands({ commands, token: BOT_TOKEN, rest: discord.rest });
		const interaction = discord.slash('generate', { prompt: 'a dog' });
		await until('the answer', () => interaction.original?.content === 'A dog.');

		const asked = () => discord.world.requests.filter(({ path }) => path.includes('/gateway')).length;
		expect(asked()).toBe(1);
		await wait();
		expect(asked()).toBe(1);
	});

	test('is not retried after it rejects the token', async () => {
		await startAlone(WRONG_TOKEN);
		await comeUp();
		await until('the log', () => log.error.mock.calls.length > 0);
		await wait();
		expect(log.error.mock.calls).toEqual([[{}, expect.stringMatching(/^Discord refuses DISCORD_TOKEN/)]]);
		expect(discord.world.requests).toHaveLength(1);
	});

	test('is not retried after a stop', async () => {
		await startAlone();
		await platform.stop();
		await comeUp();
		await wait();
		expect(discord.world.requests).toEqual([]);
	});
});
