/** A whole bot on the fake Discord: the real client, desk, commands and uploads; only the runner is scripted. */

import { expect } from 'vitest';
import type { Command } from '../../../../commands/command.ts';
import { commands } from '../../../../commands/index.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { createDiscord, type DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
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

/** Short enough for a test, long enough to tell throttled from not. */
export const EDIT_INTERVAL_MS = 100;

export type Bot = Awaited<ReturnType<typeof startBot>>;

/** @param registry its commands; the real ones if absent */
export async function startBot(deps: Partial<DiscordDeps> = {}, registry: readonly Command[] = commands) {
	const discord = await startFakeDiscord();
	const timing = { editIntervalMs: EDIT_INTERVAL_MS, stopGraceMs: 300, ...deps.timing };
	const made = await makeDesk({ commands: registry });
	const createOn = ({ desk, log }: MadeDesk) =>
		createDiscord({ desk, log, token: BOT_TOKEN, rest: discord.rest, ...deps, timing });
	await deployCommands({ commands: registry, token: BOT_TOKEN, rest: discord.rest });
	const platform = createOn(made);
	const greeting = await platform.start();
	return {
		...made,
		discord,
		platform,
		greeting,
		/** A further platform on the same desk. */
		again: () => createOn(made),
		/** Ends the bot as main does, and starts another over the same store; what it returns ends that one. */
		async restart(): Promise<() => Promise<void>> {
			made.desk.stop();
			await platform.stop();
			await made.leave();
			const next = await makeDesk({ commands: registry }, made);
			const nextPlatform = createOn(next);
			await nextPlatform.start();
			next.desk.resume([nextPlatform]);
			return async () => {
				await next.leave();
				await nextPlatform.stop();
			};
		},
		async stop() {
			await made.leave();
			await platform.stop();
			await discord.close();
			await made.close();
		},
	};
}

/** The message that answers a command or a press, once it is finished: not thinking, waiting or running any more. */
export async function finished(interaction: FakeInteraction, how = /./) {
	return until('the last state of an answer', () => {
		const message = interaction.followUps.at(-1) ?? (interaction.pressed ? undefined : interaction.original);
		return message && !(message.flags & LOADING) && !isOpen(message.content) && how.test(message.content) && message;
	});
}

/** What only the person who asked or pressed reads. */
export async function whispered(interaction: FakeInteraction): Promise<FakeMessage> {
	return until('a private answer', () => {
		const message = interaction.followUps[0] ?? (interaction.pressed ? undefined : interaction.original);
		return message && (message.flags & (EPHEMERAL | LOADING)) === EPHEMERAL && message;
	});
}

/** The form that an interaction is answered with. */
export async function form(interaction: FakeInteraction) {
	const { type, data } = await until('the acknowledgement', () => interaction.callback);
	expect(type).toBe(9);
	return data as FakeModal;
}

const isOpen = (content: string) => /Waiting|Starting|Step \d|One moment/.test(content);
