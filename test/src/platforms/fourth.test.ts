/** Checks that a platform can be added with one folder (test/fakes/platforms/memory) and one row. */
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { readConfig } from '../../../src/base/config.ts';
import { envExample } from '../../../src/base/env-example.ts';
import { operatorVerbs } from '../../../src/operator/index.ts';
import { setUp } from '../../../src/operator/setup/setup.ts';
import { platforms } from '../../../src/platforms/index.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';
import { memoryIn } from '../../fakes/platforms/memory/index.ts';
import type { MemoryDeps } from '../../fakes/platforms/memory/platform.ts';
import { Room } from '../../fakes/platforms/memory/room.ts';
import { type Chat, testConversations } from '../chat/conversation-contract.ts';
import { findingsOf } from './findings.ts';

const all = [...platforms, memoryIn()];

describe('a fourth platform', () => {
	test('has its part of the configuration and of .env.example', () => {
		const { platforms: read } = readConfig(all, { MEMORY_NICK: 'flip' });
		expect(read.get('memory')).toEqual({ nick: 'flip' });
		expect(readConfig(all, {}).platforms.has('memory')).toBe(false);
		expect(envExample(all)).toContain("\n# The room: the bot's name there.\nMEMORY_NICK=\n");
	});

	test('is set up and examined like the others', async () => {
		const piped = { input: new PassThrough(), output: new PassThrough(), environment: {}, envFile: '.env' };
		await expect(setUp({ ...piped, platforms: all, commands })).rejects.toThrow(
			'SLACK_APP_TOKEN, or MEMORY_NICK, in .env',
		);
		expect(await findingsOf(memoryIn(), { MEMORY_NICK: 'flip' })).toMatchObject([{ status: 'ok', name: 'room' }]);
	});

	test('has its own verbs', async () => {
		const printed: string[] = [];
		const print = (text: string) => printed.push(text);
		const order = { words: [], json: false, print, complain: print, meter: () => {} };
		const config = () => readConfig(all, { MEMORY_NICK: 'flip' });
		expect(await operatorVerbs(all).knock.run({ ...order, config })).toBe(0);
		expect(printed).toEqual(['Come in, flip.']);
	});
});

/** @param before a chat to continue with a new bot */
async function chatIn(room: Room, results: MemoryDeps['results'], before?: MadeDesk): Promise<Chat> {
	const made = await makeDesk({}, before);
	const platform = await memoryIn(room, results).create(
		{ nick: 'flip' },
		{ desk: made.desk, dataDir: made.directory, log: made.log },
	);
	await platform.start();
	if (before) made.desk.resume([platform]);
	return {
		...made,
		platform,
		ask: async (prompt, seed) => void room.ears?.hear(`generate "${prompt}" --seed ${seed}`),
		async press({ id }, label) {
			const button = room.messages.get(id)?.buttons.find((candidate) => candidate.label === label);
			void room.ears?.press(id, button!.id);
		},
		seen: async () => [...room.messages].map(([id, { text, pictures }]) => ({ id, text, pictures })),
		told: async () => room.whispers,
		refuseResults() {
			room.refusesPictures = true;
		},
		async leave() {
			made.desk.stop();
			await platform.stop();
			await made.leave();
		},
		enter: () => chatIn(room, results, made),
		async stop() {
			await platform.stop();
			await made.close();
		},
	};
}

for (const results of ['edited', 'posted'] as const) {
	const open = () => chatIn(new Room(), results);
	testConversations(`a fourth platform, where results are ${results}`, open, {
		results,
		outlivesBot: true,
		refusesResults: true,
	});
}

describe('conversations in a room', () => {
	const settled = (room: Room, count: number) =>
		vi.waitFor(
			() => {
				expect(room.messages.size).toBe(count);
				for (const { text } of room.messages.values()) expect(text).toMatch(/seed \d+/);
			},
			{ timeout: 20_000 },
		);

	test.each(['edited', 'posted'] as const)('behave like those on every platform if results are %s', async (results) => {
		const room = new Room();
		const chat = await chatIn(room, results);
		const press = (id: string, label: string) => {
			const all = [...(room.messages.get(id)?.buttons ?? []), ...room.offered];
			return room.ears?.press(id, all.find((candidate) => candidate.label === label)!.id);
		};
		try {
			await room.ears?.hear('generate "a dog" --count 2 --seed 5');
			await settled(room, 1);
			const [[sheet, before]] = room.messages;
			expect(before.text).toMatch(/\nAsked by Ann\.$/);

			await press(sheet, '2');
			await settled(room, 2);
			const [, [alone, { text, pictures }]] = room.messages;
			expect(pictures).toEqual(['generate-6.png']);
			expect(room.messages.get(sheet)).toEqual(before);

			await press(alone, 'Delete');
			expect([...room.messages.keys()]).toEqual([sheet]);
			await press(sheet, 'Undo');
			await settled(room, 2);
			const [, [back, again]] = room.messages;
			expect(again).toMatchObject({ text, pictures });

			await press(back, 'Vary');
			await settled(room, 3);
			expect([...room.messages.values()].at(-1)?.pictures).toEqual([expect.stringMatching(/^edit-\d+-sheet\.png$/)]);

			await press(back, 'Edit settings');
			const options = { prompt: 'a dog', count: '2', seed: '5' };
			expect(room.forms).toEqual([expect.objectContaining({ command: 'generate', options })]);

			await press(back, 'Report');
			await press(back, 'Report');
			expect(room.whispers.at(-1)).toMatch(/^Should the class staff/);
			await room.ears?.press(back, room.offered[0].id);
			expect(room.whispers.at(-1)).toMatch(/^Thank you/);
			expect(room.calls).toEqual([]);
		} finally {
			await chat.stop();
		}
	});

	test('notify a person who waited long once', async () => {
		const room = new Room();
		const made = await makeDesk({ longWaitMs: 0 });
		made.runner.stepMs = 10;
		const platform = await memoryIn(room, 'edited').create(
			{ nick: 'flip' },
			{ desk: made.desk, dataDir: made.directory, log: made.log },
		);
		await platform.start();
		try {
			await room.ears?.hear('generate "a dog"');
			expect(room.calls).toEqual(['Ann: Your request is done.']);
		} finally {
			await platform.stop();
			await made.close();
		}
	});
});
