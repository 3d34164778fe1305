/** A whole bot on the fake Discord: the real client, desk, commands and uploads, with a scripted runner. */

import { expect } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import type { Command } from '../../../../commands/lib/command.ts';
import type { Platform } from '../../../../src/chat/platform.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { createDiscord, type DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { type FakeDiscord, startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import {
	BOT_TOKEN,
	EPHEMERAL,
	type FakeInteraction,
	type FakeMessage,
	type FakeModal,
	LOADING,
} from '../../../fakes/discord/world.ts';
import { type MadeDesk, makeDesk } from '../../../fakes/make-desk.ts';
import { until } from '../../../fakes/until.ts';

/** Short enough for a test, long enough to notice throttling. */
export const EDIT_INTERVAL_MS = 100;

export interface Bot extends Omit<MadeDesk, 'again'> {
	readonly discord: FakeDiscord;
	readonly platform: Platform;
	readonly greeting: string;
	/** Starts another platform on the same desk. */
	again(): Platform;
	/** Stops the bot in order, leaving open requests for the next one. */
	leave(): Promise<void>;
	/** Closes everything, including Discord. */
	stop(): Promise<void>;
}

/**
 * @param registry the commands; default: the real ones
 * @param before a stopped bot, to continue from
 */
export async function startBot(
	deps: Partial<DiscordDeps> = {},
	registry: readonly Command[] = commands,
	before?: Bot,
): Promise<Bot> {
	const discord = before?.discord ?? (await startFakeDiscord());
	const timing = { editIntervalMs: EDIT_INTERVAL_MS, stopGraceMs: 300, ...deps.timing };
	const made = await makeDesk({ commands: registry }, before);
	const { desk, log } = made;
	const create = () => createDiscord({ desk, log, token: BOT_TOKEN, rest: discord.rest, ...deps, timing });
	if (!before) await deployCommands({ commands: registry, token: BOT_TOKEN, rest: discord.rest });
	const platform = create();
	const greeting = await platform.start();
	return {
		...made,
		discord,
		platform,
		greeting,
		again: create,
		async leave() {
			desk.stop();
			await platform.stop();
			await made.leave();
		},
		async stop() {
			await made.leave();
			await platform.stop();
			await discord.close();
			await made.close();
		},
	};
}

/** Waits for the message that answers a command or a press to be finished: no longer thinking, waiting or running. */
export async function finished(interaction: FakeInteraction, how = /./) {
	return until('the last state of an answer', () => {
		const message = interaction.followUps.at(-1) ?? (interaction.pressed ? undefined : interaction.original);
		return message && !(message.flags & LOADING) && !isOpen(message.content) && how.test(message.content) && message;
	});
}

/** Waits for the private answer to the person who asked or pressed. */
export async function whispered(interaction: FakeInteraction): Promise<FakeMessage> {
	return until('a private answer', () => {
		const message = interaction.followUps[0] ?? (interaction.pressed ? undefined : interaction.original);
		const isPrivate = message && (message.flags & (EPHEMERAL | LOADING)) === EPHEMERAL;
		return isPrivate && !isOpen(message.content) && message;
	});
}

/** Waits for the form that answers an interaction. */
export async function form(interaction: FakeInteraction) {
	const { type, data } = await until('the acknowledgement', () => interaction.callback);
	expect(type).toBe(9);
	return data as FakeModal;
}

const isOpen = (content: string) => /Waiting|Starting|Step \d|One moment|Fetching/.test(content);
