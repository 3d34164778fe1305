/** The wizard on a fake terminal. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { parse } from 'dotenv';
import { expect, vi } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import type { ModelOffer } from '../../../../src/operator/setup/offer-model.ts';
import { setUp } from '../../../../src/operator/setup/setup.ts';
import { platforms } from '../../../../src/platforms/index.ts';
import { startFakeDiscord } from '../../../fakes/discord/fake-discord.ts';
import { startFakeSlack } from '../../../fakes/slack/fake-slack.ts';

export const ENTER = '\r';

export type Surroundings = Awaited<ReturnType<typeof openSurroundings>>;

/** The services that the wizard reaches, and the file that it writes. */
export async function openSurroundings() {
	const directory = await mkdtemp(join(tmpdir(), 'flipside-setup-'));
	const envFile = join(directory, '.env');
	const [discord, slack] = await Promise.all([startFakeDiscord(), startFakeSlack()]);
	return {
		directory,
		discord,
		slack,
		envFile,
		written: async () => parse(await readFile(envFile, 'utf8')),
		async close() {
			await Promise.all([discord.close(), slack.close()]);
			await rm(directory, { recursive: true, force: true });
		},
	};
}

/** Starts the wizard. */
export function beginSetup(
	{ discord, slack, envFile }: Pick<Surroundings, 'discord' | 'slack' | 'envFile'>,
	environment: NodeJS.ProcessEnv = {},
	models?: ModelOffer,
) {
	const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
	let shown = '';
	let read = 0;
	const write = (chunk: Buffer, _: string, done: () => void) => {
		shown += stripVTControlCharacters(String(chunk));
		done();
	};
	const output = Object.assign(new Writable({ write }), { isTTY: true, columns: 200, rows: 50 });
	const addresses = { DISCORD_API_URL: discord.rest.api, SLACK_API_URL: slack.slackApiUrl };
	const ended = setUp({
		platforms,
		commands,
		input,
		output,
		environment: { ...addresses, ...environment },
		envFile,
		models,
	});
	return {
		ended,
		all: () => shown,
		/** Waits until the text has appeared since the last answer, then types. */
		async answer(question: string, ...keys: string[]) {
			await vi.waitFor(() => expect(shown.slice(read)).toContain(question), { timeout: 20_000, interval: 5 });
			read = shown.length;
			for (const key of keys) {
				input.write(key);
				// Lets the question redraw between two keys, as it does when a person types.
				await new Promise((resolve) => setTimeout(resolve, 5));
			}
		},
	};
}
