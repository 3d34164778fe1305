import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDiscord, type DiscordParts } from '../../../../src/chat/discord/discord.ts';
import { ConfigError } from '../../../../src/config.ts';
import type { Desk } from '../../../../src/desk.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { BOT_TOKEN } from '../../../fakes/discord/world.ts';

let discord: FakeDiscord;

beforeEach(async () => {
	discord = await startFakeDiscord();
});
afterEach(() => discord.close());

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };

/** The error that the start ends with. */
async function startError(parts: Partial<DiscordParts>): Promise<Error> {
	const surface = createDiscord({ desk: {} as Desk, log, token: BOT_TOKEN, rest: discord.rest, ...parts });
	try {
		return await surface.start().then(
			() => expect.unreachable('it started'),
			(error) => error,
		);
	} finally {
		await surface.stop();
	}
}

describe('start', () => {
	test.each(['secret', 'Bot a.b.c', `${BOT_TOKEN}\n`, 'a.b'])('refuses %j without asking Discord', async (token) => {
		const error = await startError({ token });
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(/^DISCORD_TOKEN is not a bot token.*discord\.com\/developers\/applications/);
		expect(error.message).not.toContain(token);
		expect(discord.world.requests).toEqual([]);
	});

	test('says which setting is wrong when Discord refuses the token', async () => {
		const error = await startError({ token: 'MTAwMDAw.Gwrong.a-wrong-token' });
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(
			/^Discord refuses DISCORD_TOKEN; make a new one at https:\/\/discord\.com\/developers/,
		);
		expect(error.message).not.toContain('Gwrong');
	});

	test('also when only the gateway refuses it', async () => {
		vi.spyOn(discord.gateway, 'admits').mockReturnValue(false);
		const error = await startError({});
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toContain('DISCORD_TOKEN');
	});

	test('refuses the id of another application', async () => {
		const error = await startError({ applicationId: '55555' });
		expect(error).toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(/^DISCORD_APPLICATION_ID 55555 is not the application of DISCORD_TOKEN/);
	});

	test('says so when nobody answers', async () => {
		const closed = { ...discord.rest, api: 'http://127.0.0.1:9/api', retries: 0 };
		const error = await startError({ rest: closed });
		expect(error).not.toBeInstanceOf(ConfigError);
		expect(error.message).toMatch(/^Discord cannot be reached: /);
	});
});
