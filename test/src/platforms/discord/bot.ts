/** A whole bot on the fake Discord: the real client, desk, commands and uploads; only the runner is scripted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, vi } from 'vitest';
import type { Command } from '../../../../commands/command.ts';
import { commands } from '../../../../commands/index.ts';
import { createBlobStore } from '../../../../gpu/queue/blobs.ts';
import { createResultStore } from '../../../../gpu/queue/results.ts';
import { Desk } from '../../../../src/desk/desk.ts';
import { deployCommands } from '../../../../src/platforms/discord/deploy.ts';
import { createDiscord, type DiscordDeps } from '../../../../src/platforms/discord/platform.ts';
import { RequestStore } from '../../../../src/store/requests.ts';
import { fetchPicture } from '../../../../src/uploads/fetch-picture.ts';
import { startFakeDiscord, until } from '../../../fakes/discord/fake-discord.ts';
import {
	BOT_TOKEN,
	EPHEMERAL,
	type FakeInteraction,
	type FakeMessage,
	type FakeModal,
	LOADING,
	type Upload,
} from '../../../fakes/discord/world.ts';
import { FakeRunner } from '../../../fakes/fake-runner.ts';
import { FakeTraining } from '../../../fakes/fake-training.ts';

/** Short enough for a test, long enough to tell throttled from not. */
export const EDIT_INTERVAL_MS = 100;

export type Bot = Awaited<ReturnType<typeof startBot>>;

/** @param registry its commands; the real ones if absent */
export async function startBot(deps: Partial<DiscordDeps> = {}, registry: readonly Command[] = commands) {
	const discord = await startFakeDiscord();
	const directory = await mkdtemp(join(tmpdir(), 'flipside-discord-'));
	const blobs = createBlobStore(directory);
	const results = createResultStore(join(directory, 'results'), blobs);
	const store = new RequestStore();
	const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
	const timing = { editIntervalMs: EDIT_INTERVAL_MS, stopGraceMs: 300, ...deps.timing };

	/** Everything that a process of the bot has of its own. */
	function assemble() {
		const runner = new FakeRunner(blobs);
		const desk = new Desk({
			commands: registry,
			runner,
			training: new FakeTraining(),
			blobs,
			results,
			store,
			log,
			fetchPicture: fetchFromTests,
		});
		const create = () => createDiscord({ desk, log, token: BOT_TOKEN, rest: discord.rest, ...deps, timing });
		return { runner, desk, create, platform: create() };
	}

	const { runner, desk, create, platform } = assemble();
	await deployCommands({ commands: registry, token: BOT_TOKEN, rest: discord.rest });
	const greeting = await platform.start();
	return {
		discord,
		runner,
		desk,
		store,
		log,
		platform,
		greeting,
		/** A further platform on the same desk. */
		again: create,
		/** Ends the bot as main does, and starts another over the same store; what it returns ends that one. */
		async restart(): Promise<() => Promise<void>> {
			desk.stop();
			await platform.stop();
			await runner.close();
			const next = assemble();
			await next.platform.start();
			next.desk.resume([next.platform]);
			return async () => {
				await next.runner.close();
				await next.platform.stop();
			};
		},
		async stop() {
			await runner.close();
			await platform.stop();
			await discord.close();
			await rm(directory, { recursive: true, force: true });
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

/** A web with one picture in it; everything else is the real one, as far as it is asked. */
const fetchFromTests: typeof fetchPicture = async (address) => {
	if (address !== 'https://pictures.test/web.png') return fetchPicture(address);
	return { bytes: (await sketch()).bytes, name: 'web.png' };
};

export async function sketch(name = 'sketch.png'): Promise<Upload> {
	const bytes = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#b04030' } })
		.png()
		.toBuffer();
	return { name, type: 'image/png', bytes };
}
