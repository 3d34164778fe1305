/** What holds of conversations on every platform: each brings a chat of its own, with a bot in it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Platform } from '../../../src/chat/platform.ts';
import { FORBIDDEN } from '../../../src/desk/access.ts';
import { type MessageView, RESTARTING } from '../../../src/desk/view.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import type { MadeDesk } from '../../fakes/make-desk.ts';

/** A message, as everybody in the chat sees it. */
export interface Seen {
	readonly id: string;
	readonly text: string;
	/** Names of files. */
	readonly pictures: readonly string[];
}

/** A chat with a bot in it, and somebody who asks. */
export interface Chat extends Pick<MadeDesk, 'desk' | 'runner' | 'store' | 'log'> {
	readonly platform: Platform;
	/** Sends /generate; what becomes of it is seen. */
	ask(prompt: string, seed: number): Promise<unknown>;
	press(message: Seen, label: string): Promise<unknown>;
	/** Every message that is there, the oldest first. */
	seen(): Promise<readonly Seen[]>;
	/** What only the asker has been told. */
	told(): Promise<readonly string[]>;
	/** From now on the platform takes no picture of a result. Of platforms that may refuse one. */
	refuseResults?(): void;
	/** The bot stops in good order. */
	leave(): Promise<void>;
	/** After that, another bot goes on in the same chat. */
	enter(): Promise<Chat>;
	/** Ends all. */
	stop(): Promise<void>;
}

export interface Traits {
	/** How a result appears. */
	readonly results: 'edited' | 'posted';
	/** Its messages can be seen while no bot is there. */
	readonly outlivesBot: boolean;
	/** It may refuse a result. */
	readonly refusesResults: boolean;
}

const WAIT = { timeout: 20_000, interval: 10 };

export function testConversations(
	name: string,
	open: () => Promise<Chat>,
	{ results, outlivesBot, refusesResults }: Traits,
): void {
	describe(`a conversation on ${name}`, () => {
		let chat: Chat;
		beforeEach(async () => {
			chat = await open();
		});
		afterEach(() => chat.stop());

		/** A message with these words, and with that picture, as soon as there is one. */
		const shown = (words: RegExp, picture?: string): Promise<Seen> =>
			vi.waitFor(async () => {
				const all = await chat.seen();
				const found = all.find(({ text, pictures }) => {
					return words.test(text) && (picture === undefined || pictures.includes(picture));
				});
				if (!found) throw new Error(`no message says ${words}: ${JSON.stringify(all)}`);
				return found;
			}, WAIT);

		const only = (seen: Seen) => vi.waitFor(async () => expect(await chat.seen()).toEqual([seen]), WAIT);

		/** A request that stays at its first step. */
		async function running(): Promise<Seen> {
			chat.runner.holdAt = 1;
			await chat.ask('a dog', 7);
			return shown(/Step 1 of/);
		}

		const goOn = () => {
			chat.runner.holdAt = undefined;
		};

		const viewOf = (changes: Partial<MessageView>): MessageView => ({
			requestId: 'r1',
			state: 'failed',
			title: '/generate a dog',
			text: '',
			figures: [],
			buttons: [],
			personal: false,
			...changes,
		});

		/** Where the message of the only request is. */
		const refOfRequest = () => chat.store.get(chat.runner.submitted[0].id)!.messageRef!;

		test('says how far it is, and then shows the result', async () => {
			const status = await running();
			expect(status.pictures).not.toContain('generate-7.png');
			goOn();
			const result = await shown(/seed 7/, 'generate-7.png');
			await only(result);
			if (results === 'edited') expect(result.id).toBe(status.id);
			else expect(result.id).not.toBe(status.id);
			expect(await chat.told()).toEqual([]);
			expect(chat.log.error).not.toHaveBeenCalled();
		});

		test('leaves the result as it is, whatever states came before it', async () => {
			Object.assign(chat.runner, { steps: 60, stepMs: 5 });
			await chat.ask('a dog', 7);
			const result = await shown(/seed 7/, 'generate-7.png');
			await new Promise((resolve) => setTimeout(resolve, 300));
			await only(result);
		});

		test('has the message of a result where it is looked for', async () => {
			await chat.ask('a dog', 7);
			const result = await shown(/seed 7/, 'generate-7.png');
			await only(result);
			const ref = refOfRequest();
			expect(ref.message).toBe(result.id);
			expect(chat.desk.requestAt(ref)).toBe(chat.runner.submitted[0].id);
			await chat.platform.follow!(ref, async () => viewOf({ state: 'done', text: 'Shown again.' }));
			const again = await shown(/Shown again\./);
			expect(again.id).toBe(result.id);
			await only(again);
		});

		test('begins anew in a message of its own when a button asks for that', async () => {
			await chat.ask('a dog', 7);
			const first = await shown(/seed 7/, 'generate-7.png');
			await only(first);
			await chat.press(first, 'Same seed');
			await vi.waitFor(async () => {
				const [one, two, ...more] = await chat.seen();
				expect(one).toEqual(first);
				expect(two).toMatchObject({ text: first.text, pictures: first.pictures });
				expect(more).toEqual([]);
			}, WAIT);
		});

		test('tells a refusal to the asker alone', async () => {
			new ModerationStore(chat.store.database).in('').addWord('zombie');
			await chat.ask('a zombie', 7);
			const sentence = expect.stringContaining(FORBIDDEN);
			await vi.waitFor(async () => expect(await chat.told()).toEqual([sentence]), WAIT);
			await vi.waitFor(async () => expect(await chat.seen()).toEqual([]), WAIT);
			expect(chat.runner.submitted).toEqual([]);
		});

		test('says in the message why a job failed', async () => {
			chat.runner.failure = { message: 'The model does not know how.', fault: 'user' };
			const status = await running();
			goOn();
			const { id } = await shown(/The model does not know how\./);
			expect(id).toBe(status.id);
			expect(await chat.told()).toEqual([]);
		});

		test.runIf(refusesResults)('ends in a sentence where the result is not taken', async () => {
			chat.refuseResults!();
			await chat.ask('a dog', 7);
			const sorry = await shown(/^Something went wrong between the bot and .*; it is in the log\. Try again\.$/);
			expect(sorry.pictures).toEqual([]);
			const logged = chat.log.error.mock.calls.map(([, message]) => message);
			expect(logged).toEqual([expect.stringMatching(/ did not accept an answer$/)]);
		});

		test('ends in a sentence where the desk itself fails', async () => {
			vi.spyOn(chat.desk, 'open').mockRejectedValueOnce(new Error('a bug'));
			await chat.ask('a dog', 7);
			await shown(/^Something went wrong between the bot and/);
		});

		test('goes on in the same message after a restart, with the same seed', async () => {
			const status = await running();
			await chat.leave();
			// What is left is no longer touched by the bot that leaves.
			goOn();
			await new Promise((resolve) => setTimeout(resolve, 100));
			if (outlivesBot) expect(await chat.seen()).toEqual([{ ...status, text: RESTARTING, pictures: [] }]);
			chat = await chat.enter();
			const result = await shown(/seed 7/, 'generate-7.png');
			await only(result);
			if (results === 'edited') expect(result.id).toBe(status.id);
		});

		test('tells what concerns one person in the message itself, where nobody is there to be told', async () => {
			await chat.ask('a dog', 7);
			await only(await shown(/seed 7/, 'generate-7.png'));
			const text = 'No longer allowed.';
			await chat.platform.follow!(refOfRequest(), async () => viewOf({ text, personal: true }));
			await only(await shown(/No longer allowed\./));
			expect(await chat.told()).toEqual([]);
		});
	});
}
