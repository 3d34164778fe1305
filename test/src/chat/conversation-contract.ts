/** The tests that conversations on every platform must pass. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Platform } from '../../../src/chat/platform.ts';
import { FORBIDDEN } from '../../../src/desk/access.ts';
import { type MessageView, RESTARTING } from '../../../src/desk/view.ts';
import { ModerationStore } from '../../../src/store/moderation.ts';
import type { MadeDesk } from '../../fakes/make-desk.ts';

/** A message as everybody in the chat sees it. */
export interface Seen {
	readonly id: string;
	readonly text: string;
	/** File names. */
	readonly pictures: readonly string[];
}

/** A chat with a bot and a person. */
export interface Chat extends Pick<MadeDesk, 'desk' | 'runner' | 'store' | 'log'> {
	readonly platform: Platform;
	/** Sends /generate. */
	ask(prompt: string, seed: number): Promise<unknown>;
	press(message: Seen, label: string): Promise<unknown>;
	/** All messages, oldest first. */
	seen(): Promise<readonly Seen[]>;
	/** Messages that only the asker sees. */
	told(): Promise<readonly string[]>;
	/** Makes the platform reject pictures of results, on platforms that can do so. */
	refuseResults?(): void;
	/** Stops the bot in order. */
	leave(): Promise<void>;
	/** Then starts another bot in the same chat. */
	enter(): Promise<Chat>;
	/** Closes everything. */
	stop(): Promise<void>;
}

export interface Traits {
	/** How results appear. */
	readonly results: 'edited' | 'posted';
	/** Whether messages can be seen without a bot. */
	readonly outlivesBot: boolean;
	/** Whether it may reject a result. */
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

		/** Waits for a message with these words and this picture. */
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

		/** Starts a request that stops at its first step. */
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

		/** The message reference of the only request. */
		const refOfRequest = () => chat.store.get(chat.runner.submitted[0].id)!.messageRef!;

		test('shows progress, then the result', async () => {
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

		test('does not change the result after showing it', async () => {
			Object.assign(chat.runner, { steps: 60, stepMs: 5 });
			await chat.ask('a dog', 7);
			const result = await shown(/seed 7/, 'generate-7.png');
			await new Promise((resolve) => setTimeout(resolve, 300));
			await only(result);
		});

		test('is found by the message of its result', async () => {
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

		test('starts a new message when a button asks for a request', async () => {
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

		test('tells only the asker about a refusal', async () => {
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

		test.runIf(refusesResults)('ends with a sentence if the result is rejected', async () => {
			chat.refuseResults!();
			await chat.ask('a dog', 7);
			const sorry = await shown(/^Something went wrong between the bot and .*; it is in the log\. Try again\.$/);
			expect(sorry.pictures).toEqual([]);
			const logged = chat.log.error.mock.calls.map(([, message]) => message);
			expect(logged).toEqual([expect.stringMatching(/ did not accept an answer$/)]);
		});

		test('ends with a sentence if the desk itself fails', async () => {
			vi.spyOn(chat.desk, 'open').mockRejectedValueOnce(new Error('a bug'));
			await chat.ask('a dog', 7);
			await shown(/^Something went wrong between the bot and/);
		});

		test('continues in the same message after a restart, with the same seed', async () => {
			const status = await running();
			await chat.leave();
			// The stopping bot no longer touches its messages.
			goOn();
			await new Promise((resolve) => setTimeout(resolve, 100));
			if (outlivesBot) expect(await chat.seen()).toEqual([{ ...status, text: RESTARTING, pictures: [] }]);
			chat = await chat.enter();
			const result = await shown(/seed 7/, 'generate-7.png');
			await only(result);
			if (results === 'edited') expect(result.id).toBe(status.id);
		});

		test('shows a personal message in place if nobody can be told in private', async () => {
			await chat.ask('a dog', 7);
			await only(await shown(/seed 7/, 'generate-7.png'));
			const text = 'No longer allowed.';
			await chat.platform.follow!(refOfRequest(), async () => viewOf({ text, personal: true }));
			await only(await shown(/No longer allowed\./));
			expect(await chat.told()).toEqual([]);
		});
	});
}
