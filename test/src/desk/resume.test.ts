import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { planTraining, seedOf } from '../../../gpu/jobs/index.ts';
import type { DeskPlatform, MessageView } from '../../../src/desk/view.ts';
import type { MessageRef } from '../../../src/store/records.ts';
import { RequestStore } from '../../../src/store/requests.ts';
import { ann, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
let store: RequestStore;
beforeEach(async () => {
	store = new RequestStore();
	open = await openDesk({ store });
});
afterEach(() => open.close());

/** A platform that records the views of all messages that it follows. */
function followingPlatform() {
	const followed = new Map<string, MessageView[]>();
	const ends: Promise<MessageView>[] = [];
	const platform: DeskPlatform = {
		name: 'slack',
		async follow(messageRef: MessageRef, see) {
			const views: MessageView[] = [];
			followed.set(messageRef.message, views);
			const end = see((view) => views.push(view));
			ends.push(end);
			await end;
		},
	};
	return { platform, followed, ends: () => Promise.all(ends) };
}

/** Stores a request as a killed bot leaves it. */
function leave(
	message: string,
	state: 'waiting' | 'running',
	facts: { crashes?: number; messageRef?: MessageRef } = {},
): string {
	const id = store.newId();
	const options = { prompt: `picture ${message}`, seed: Number(message) };
	store.add({ id, command: 'generate', options, owner: ann, state, messageRef: messageRefOf(message), ...facts });
	return id;
}

describe('after the bot was killed', () => {
	test('running requests go first, then waiting ones in their order, with the same ids and seeds', async () => {
		const ids = [leave('1', 'waiting'), leave('2', 'running'), leave('3', 'waiting')];
		const { platform, followed, ends } = followingPlatform();
		open.again().resume([platform]);
		expect((await ends()).map(({ state }) => state)).toEqual(['done', 'done', 'done']);
		expect(open.runner.submitted.map(({ id, job }) => [id, seedOf(job)])).toEqual([
			[ids[1], 2],
			[ids[0], 1],
			[ids[2], 3],
		]);
		expect([...followed.keys()]).toEqual(['2', '1', '3']);
		for (const views of followed.values()) expect(views.at(-1)).toMatchObject({ state: 'done', personal: false });
		expect(store.open()).toEqual([]);
	});

	test('a request during which it died three times is given up with a sentence, but not the waiting ones', async () => {
		const id = leave('1', 'running', { crashes: 2 });
		const waited = leave('2', 'waiting', { crashes: 2 });
		const { platform, followed, ends } = followingPlatform();
		open.again().resume([platform]);
		await ends();
		expect(followed.get('1')).toMatchObject([
			{
				state: 'failed',
				text: expect.stringMatching(/^The bot crashed 3 times while working on this, so it was given up/),
			},
		]);
		expect(store.get(id)).toMatchObject({ state: 'failed', ended: expect.any(Number) });
		expect(followed.get('2')?.at(-1)?.state).toBe('done');
		expect(store.get(waited)?.crashes).toBe(2);
		expect(open.runner.submitted.map(({ job }) => seedOf(job))).toEqual([2]);
	});

	describe('a training', () => {
		/** The request of a training during which the bot has died twice, and which it resumed after `keptSteps`. */
		async function leaveTraining(keptSteps: number): Promise<string> {
			const id = store.newId();
			const plan = planTraining({ model: 'class', preset: 'demo', seed: 1, batchSize: 1000, epochs: 3 });
			const { id: run } = await open.training.start({ plan, who: 'Ann', request: id });
			open.training.advance(60);
			await open.training.close();
			const training = { run, keptSteps };
			const rest = { options: { seed: 1 }, owner: tess, messageRef: messageRefOf('1') };
			store.add({ ...rest, id, command: 'mnist train', state: 'running', crashes: 2, training });
			return id;
		}

		test('that made progress is resumed, however often the bot died', async () => {
			const id = await leaveTraining(59);
			const { platform, followed, ends } = followingPlatform();
			open.again().resume([platform]);
			await vi.waitFor(() => expect(open.training.status()?.run).toBe('class-1'), { timeout: 10_000 });
			expect(store.get(id)).toMatchObject({ crashes: 1, training: { run: 'class-1', keptSteps: 60 } });
			open.training.advance(120);
			open.training.end({ type: 'done' });
			await ends();
			expect(followed.get('1')?.at(-1)?.text).toMatch(/^class-1 is done after 180 steps/);
		});

		test('that made no progress is given up, with how to resume it anyway', async () => {
			await leaveTraining(60);
			const { platform, followed, ends } = followingPlatform();
			open.again().resume([platform]);
			await ends();
			expect(followed.get('1')).toMatchObject([
				{
					state: 'failed',
					text: 'The bot crashed 3 times while working on this, so it was given up; /mnist train --run class-1 resumes it.',
				},
			]);
			expect(open.training.status()).toBeUndefined();
		});

		test('that has ended continues with its figures, without repeating any', async () => {
			const id = await leaveTraining(60);
			await open.training.resume('class-1');
			open.training.advance(120);
			open.training.end({ type: 'done' });
			open.runner.holdAt = 1;
			const { platform, followed, ends } = followingPlatform();
			open.again().resume([platform]);
			await vi.waitFor(() => expect(open.runner.submitted).toHaveLength(1), { timeout: 10_000 });
			expect(store.get(id)).toMatchObject({ crashes: 1, training: { keptSteps: 180 } });
			open.runner.holdAt = undefined;
			await ends();
			expect(followed.get('1')?.at(-1)?.state).toBe('done');
			expect(store.get(id)).toMatchObject({ state: 'done', crashes: 0 });
		});
	});

	test('requests that no platform can show are ended', async () => {
		const ids = [leave('1', 'running', { messageRef: undefined }), leave('2', 'waiting')];
		const { platform } = followingPlatform();
		open.again().resume([{ ...platform, follow: undefined }]);
		await vi.waitFor(() => expect(store.open()).toEqual([]), { timeout: 10_000 });
		expect(ids.map((id) => store.get(id)?.state)).toEqual(['failed', 'failed']);
		expect(open.runner.submitted).toEqual([]);
	});

	test('a request that is no longer possible says so publicly in its message', async () => {
		const id = store.newId();
		const options = { prompt: 'a dog', model: 'gone', seed: 1 };
		store.add({ id, command: 'generate', options, owner: ann, state: 'waiting', messageRef: messageRefOf('1') });
		const { platform, followed, ends } = followingPlatform();
		open.again().resume([platform]);
		await ends();
		expect(followed.get('1')).toMatchObject([
			{ state: 'failed', personal: false, text: expect.stringMatching(/^model must be/) },
		]);
		expect(store.get(id)?.state).toBe('failed');
	});

	test('a result from just before is shown again, as its message may still show progress', async () => {
		const view = await open.answer('generate', { seed: 5, count: 2 }, ann, messageRefOf('1'));
		const { platform, followed, ends } = followingPlatform();
		open.again().resume([platform]);
		await ends();
		expect(followed.get('1')).toEqual([{ ...view, attachments: [] }]);
		expect(open.runner.submitted).toHaveLength(1);
	});

	test.each([
		['took over two minutes', 'done', 125, true],
		['failed after over two minutes', 'failed', 125, true],
		['was soon there', 'done', 115, undefined],
		['was cancelled', 'cancelled', 125, undefined],
	] as const)('and says whether its asker is to hear of it, as it %s', async (_, state, seconds, waitedLong) => {
		// This was a minute ago.
		const ended = Date.now() - 60_000;
		const asked = { command: 'generate', options: {}, owner: ann, messageRef: messageRefOf('1') };
		const answer = { text: 'Over.', figures: [], attachments: [] };
		store.add({ ...asked, id: store.newId(), state, answer, created: ended - seconds * 1000, ended });
		const { platform, ends } = followingPlatform();
		open.again().resume([platform]);
		const [view] = await ends();
		expect(view).toMatchObject({ text: 'Over.', state });
		expect(view.waitedLong).toBe(waitedLong);
	});

	test('a request from before the platforms were ready is not run twice', async () => {
		const desk = open.again();
		const { platform, followed } = followingPlatform();
		const asked = desk.open({ command: 'generate', options: {}, user: ann, messageRef: messageRefOf('1') });
		desk.resume([platform]);
		expect((await asked).view.state).toBe('done');
		expect([followed.size, open.runner.submitted.length]).toEqual([0, 1]);
	});

	test('platforms do not wait for each other, and requests of one that never starts stay for the next start', async () => {
		const [here, late, never] = ['discord', 'slack', 'console'].map((name) => {
			leave(String(name.length), 'running', { messageRef: { ...messageRefOf(name), platform: name } as MessageRef });
			const following = followingPlatform();
			return { ...following, platform: { ...following.platform, name } };
		});
		let comes = () => {};
		const coming = new Promise<void>((resolve) => {
			comes = resolve;
		});
		const refused = async () => {
			throw new Error('the token is refused');
		};
		const ups = new Map([
			[here.platform.name, async () => {}],
			[late.platform.name, () => coming],
			[never.platform.name, refused],
		]);
		const up = async ({ name }: DeskPlatform) => ups.get(name)!();
		open.again().resume([here.platform, late.platform, never.platform], up);
		await vi.waitFor(() => expect(here.followed.get('discord')?.at(-1)?.state).toBe('done'), { timeout: 10_000 });
		expect(store.open().map(({ messageRef }) => messageRef?.platform)).toEqual(['slack', 'console']);
		comes();
		await vi.waitFor(() => expect(late.followed.get('slack')?.at(-1)?.state).toBe('done'), { timeout: 10_000 });
		expect(store.open()).toMatchObject([{ state: 'running', messageRef: { platform: 'console' } }]);
		expect(store.open()[0].crashes ?? 0).toBe(0);
		expect(never.followed.size).toBe(0);
	});

	test('a desk that was stopped meanwhile resumes nothing', async () => {
		leave('1', 'running');
		const { platform, followed } = followingPlatform();
		const desk = open.again();
		const coming = Promise.resolve();
		desk.resume([platform], () => coming);
		desk.stop();
		await coming;
		expect(followed.size).toBe(0);
		expect(store.open()).toMatchObject([{ state: 'running' }]);
		expect(store.open()[0].crashes ?? 0).toBe(0);
	});

	test('a message that cannot be followed does not stop the others', async () => {
		leave('1', 'waiting');
		leave('2', 'waiting');
		const { platform, followed, ends } = followingPlatform();
		const follow: DeskPlatform['follow'] = (messageRef, see) =>
			messageRef.message === '1'
				? Promise.reject(new Error('unknown channel'))
				: (platform.follow?.(messageRef, see) ?? Promise.resolve());
		open.again().resume([{ ...platform, follow }]);
		await ends();
		expect(followed.get('2')?.at(-1)?.state).toBe('done');
		expect(open.log.error).toHaveBeenCalledOnce();
	});
});

describe('an orderly stop', () => {
	test('leaves requests open, and says that they will continue', async () => {
		open.runner.holdAt = 1;
		const running = open.ask('generate', { seed: 1 }, ann, messageRefOf('1'));
		await vi.waitFor(() => expect(running.views.at(-1)?.progress?.done).toBe(1), { timeout: 10_000 });
		const waiting = open.ask('generate', { seed: 2 }, ann, messageRefOf('2'));
		await vi.waitFor(() => expect(waiting.views.at(-1)?.text).toMatch(/^Waiting/), { timeout: 10_000 });
		open.desk.stop();
		await open.runner.close();
		for (const { outcome } of [running, waiting]) {
			expect((await outcome).view).toMatchObject({
				state: 'waiting',
				text: 'The bot is restarting; this will continue by itself.',
				personal: false,
			});
		}
		const left = store.open().map(({ options, state }) => [options.seed, state]);
		expect(left).toEqual([
			[1, 'waiting'],
			[2, 'waiting'],
		]);
	});
});

test('a request is stored before its first view', async () => {
	const seen: (string | undefined)[] = [];
	const { view } = await open.desk.open(
		{ command: 'generate', options: {}, user: ann, messageRef: messageRefOf('1') },
		(state) => {
			seen.push(store.get(state.requestId)?.id);
		},
	);
	expect(seen.length).toBeGreaterThan(2);
	expect(new Set(seen)).toEqual(new Set([view.requestId]));
});

test('a refused request leaves nothing behind', async () => {
	const { view, record } = await open.ask('generate', { steps: 0 }, ann, messageRefOf('1')).outcome;
	expect(record).toBeUndefined();
	expect(store.get(view.requestId)).toBeUndefined();
	expect(store.at(messageRefOf('1'))).toBeUndefined();
});
