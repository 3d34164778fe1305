/**
 * The bot as src/main.ts starts it, but with test/fakes/worker.ts as its worker and, if ROOM_KEY is set, with an additional
 * platform that starts once a file of that name exists.
 */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { readConfig } from '../../src/base/config.ts';
import { runBot } from '../../src/bot.ts';
import { endOnSignals } from '../../src/ending.ts';
import { definePlatform } from '../../src/platforms/definition.ts';
import { platforms } from '../../src/platforms/index.ts';
import { startFakeInference } from './fake-inference.ts';

process.umask(0o077);
endOnSignals();
const room = definePlatform({
	name: 'room',
	title: 'the room',
	settings: { ROOM_KEY: z.string().optional() },
	readConfig: ({ ROOM_KEY: key }) => key,
	create: async (key) => ({
		name: 'room',
		async start() {
			while (!existsSync(key)) await delay(20);
			return 'The room is open.';
		},
		stop: async () => {},
		follow: async () => {},
	}),
});
const all = [...platforms, room];
const config = readConfig(all, process.env);
await runBot(config, all, { inference: startFakeInference(config) });
