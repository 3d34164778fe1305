/** A fourth platform, which exists only for tests. */
import * as z from 'zod';
import { ok } from '../../../../src/base/finding.ts';
import { definePlatform } from '../../../../src/platforms/definition.ts';
import { createMemory, type MemoryDeps, NAME, TITLE } from './platform.ts';
import { Room } from './room.ts';

export const memoryIn = (room = new Room(), results: MemoryDeps['results'] = 'edited') =>
	definePlatform({
		name: NAME,
		title: TITLE,
		settings: { MEMORY_NICK: z.string().optional().describe("The room: the bot's name there.") },
		readConfig: ({ MEMORY_NICK: nick }) => (nick ? { nick } : undefined),
		create: async (_config, deps) => createMemory({ ...deps, room, results }),
		async *examine({ nick }) {
			yield ok('room', `there is a chair for ${nick}`);
		},
		setup: {
			variables: ['MEMORY_NICK'],
			async connect(wizard) {
				wizard.set('MEMORY_NICK', await wizard.line('A name', 'flip', () => undefined));
				return async () => {};
			},
		},
		verbs: {
			knock: {
				summary: 'Ask whether the bot may come in',
				usage: '',
				example: '',
				run: async (_words, { MEMORY_NICK: nick }) => (nick ? `Come in, ${nick}.` : 'Who is there?'),
			},
		},
	});
