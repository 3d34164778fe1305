/** What the contract of conversations does not cover: messages that fail, change their looks, or are posted anew. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConversationDeps } from '../../../src/chat/conversation.ts';
import { Conversations } from '../../../src/chat/conversations.ts';
import type { RequestMessage } from '../../../src/chat/platform.ts';
import type { MessageView, Show } from '../../../src/desk/view.ts';
import type { MessageRef } from '../../../src/store/records.ts';

const REF: MessageRef = { platform: 'club', channel: 'club:bar', message: '1' };
const POSTED: MessageRef = { ...REF, message: '2' };

const log = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
const desk = { moved: vi.fn() };
const show = vi.fn<RequestMessage['show']>();
const say = vi.fn<RequestMessage['say']>();
const remove = vi.fn<RequestMessage['delete']>();

beforeEach(() => {
	vi.resetAllMocks();
	for (const mock of [show, say, remove]) mock.mockResolvedValue();
});

const viewOf = (state: MessageView['state'], text: string): MessageView => {
	return { requestId: 'r1', state, title: '', text, figures: [], buttons: [], personal: false };
};

const conversations = (message: Partial<RequestMessage> = {}, deps: Partial<ConversationDeps> = {}) =>
	new Conversations({
		desk,
		log,
		title: 'the club',
		messageAt: () => ({ show, say, delete: remove, ...message }),
		editIntervalMs: 0,
		describeError: (error) => error as object,
		...deps,
	});

const done = async () => viewOf('done', 'Over.');
const texts = () => show.mock.calls.map(([{ text }]) => text);
const warnings = () => log.warn.mock.calls.map(([, message]) => message);

test('a message is shown again if its looks change, until its request ends', async () => {
	let again = () => {};
	const unwatch = vi.fn();
	const watch = (changed: () => void) => {
		again = changed;
		return unwatch;
	};
	let end = () => {};
	const open = async (tell: Show) => {
		tell(viewOf('running', 'Step 1.'));
		await new Promise<void>((resolve) => {
			end = resolve;
		});
		return done();
	};
	const following = conversations({ watch }).follow(REF, open);
	await vi.waitFor(() => expect(texts()).toEqual(['Step 1.']));
	again();
	await vi.waitFor(() => expect(texts()).toEqual(['Step 1.', 'Step 1.']));
	end();
	await following;
	expect(unwatch).toHaveBeenCalledOnce();
	again();
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(texts()).toEqual(['Step 1.', 'Step 1.', 'Over.']);
});

test('a request that cannot even be opened is apologised for, and not continued after a restart', async () => {
	const all = conversations();
	await all.follow(REF, () => {
		throw new Error('no request');
	});
	expect(say).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Something went wrong'), 'failed');
	expect(log.error).toHaveBeenCalledOnce();
	await all.leaveAll();
	expect(say).toHaveBeenCalledOnce();
});

describe('the last state', () => {
	const patience = { isPassing: (error: unknown) => (error as Error).message === 'trouble', waitsMs: [1, 1] };

	test('is retried while the trouble may pass', async () => {
		for (let i = 0; i < 2; i++) show.mockRejectedValueOnce(new Error('trouble'));
		await conversations({}, { patience }).follow(REF, done);
		expect(texts()).toEqual(['Over.', 'Over.', 'Over.']);
		expect(warnings()).toEqual(Array(2).fill('the club did not accept an answer; trying again'));
		expect(say).not.toHaveBeenCalled();
	});

	test.each([
		['that lasts', 'trouble', 3],
		['of another kind', 'a refusal', 1],
	])('is replaced by a sentence after trouble %s', async (_, trouble, tries) => {
		show.mockRejectedValue(new Error(trouble));
		await conversations({}, { patience }).follow(REF, done);
		expect(show).toHaveBeenCalledTimes(tries);
		expect(say).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^Something went wrong/), 'failed');
	});

	test('is only logged if even the sentence is rejected', async () => {
		for (const mock of [show, say]) mock.mockRejectedValue(new Error('a refusal'));
		await conversations().follow(REF, done);
		expect(log.error.mock.calls.map(([, message]) => message)).toEqual(['the club did not accept an answer']);
		expect(warnings()).toEqual(['and the message could not say so']);
	});
});

describe('a message that can no longer be edited', () => {
	const refusal = new Error('too often');

	test('continues in a new one, which the desk records', async () => {
		show.mockRejectedValueOnce(refusal);
		const goOn = vi.fn<NonNullable<RequestMessage['goOn']>>().mockResolvedValue(POSTED);
		await conversations({ goOn }).follow(REF, done);
		expect(goOn.mock.calls).toEqual([[expect.objectContaining({ text: 'Over.' }), refusal]]);
		expect(desk.moved.mock.calls).toEqual([['r1', POSTED]]);
		expect([...log.error.mock.calls, ...say.mock.calls]).toEqual([]);
	});

	test('ends with a sentence if there cannot be a new one', async () => {
		show.mockRejectedValue(refusal);
		await conversations({ goOn: async () => undefined }).follow(REF, done);
		expect(say).toHaveBeenCalledOnce();
		expect(desk.moved).not.toHaveBeenCalled();
	});
});

describe('a person who waited long', () => {
	const call = vi.fn<NonNullable<RequestMessage['call']>>();
	const long = async () => ({ ...(await done()), waitedLong: true as const });

	test('is notified once, even if the end is shown again after a restart', async () => {
		call.mockResolvedValue();
		await conversations({ call }).follow(REF, long);
		const [[, ref]] = desk.moved.mock.calls;
		expect(ref).toEqual(expect.objectContaining(REF));
		await conversations({ call }).follow(ref, long);
		expect(texts()).toEqual(['Over.', 'Over.']);
		expect(call).toHaveBeenCalledOnce();
	});

	test('is notified again if that failed, with the current message', async () => {
		call.mockRejectedValueOnce(new Error('a refusal'));
		show.mockRejectedValueOnce(new Error('too often'));
		const goOn = async () => POSTED;
		await conversations({ call, goOn }).follow(REF, long);
		expect(warnings()).toEqual(['the club did not notify somebody that their request has ended']);
		expect(desk.moved.mock.calls).toEqual([['r1', POSTED]]);
		await conversations({ call }).follow(POSTED, long);
		expect(call).toHaveBeenCalledTimes(2);
		expect(desk.moved.mock.lastCall).toEqual(['r1', expect.objectContaining(POSTED)]);
	});
});

describe('milestones', () => {
	const reached = (text: string): MessageView => ({
		...viewOf('running', 'On the way.'),
		progress: { done: 1, total: 2 },
		milestone: { text, figures: [] },
	});
	const open = async (tell: Show) => {
		for (const text of ['one', 'two']) tell(reached(text));
		return done();
	};

	test('appear in order, all before the end', async () => {
		const seen: string[] = [];
		const below = async ({ text, state, progress }: MessageView) => {
			await new Promise((resolve) => setTimeout(resolve, text === 'one' ? 20 : 0));
			seen.push(`${text} ${state} ${progress}`);
		};
		show.mockImplementation(async ({ text }) => void seen.push(text));
		await conversations({ below }, { editIntervalMs: 1000 }).follow(REF, open);
		expect(seen.slice(-3)).toEqual(['one done undefined', 'two done undefined', 'Over.']);
	});

	test('do not disturb the request if they are rejected or unsupported', async () => {
		await conversations({ below: () => Promise.reject(new Error('a refusal')) }).follow(REF, open);
		expect(warnings()).toEqual(Array(2).fill('the club did not accept a milestone'));
		await conversations().follow(REF, open);
		expect(texts().filter((text) => text === 'Over.')).toHaveLength(2);
	});
});

describe('a result that is posted', () => {
	const post = vi.fn<NonNullable<RequestMessage['post']>>();
	beforeEach(() => {
		post.mockImplementation(async (_view, stands) => stands(POSTED));
	});

	test('replaces the progress message, also at the desk', async () => {
		await conversations({ post }).follow(REF, done);
		expect(show).not.toHaveBeenCalled();
		expect(remove).toHaveBeenCalledOnce();
		const [[request, ref]] = desk.moved.mock.calls;
		expect([request, ref]).toEqual(['r1', expect.objectContaining(POSTED)]);
		await conversations({ post }).follow(ref, done);
		expect(post).toHaveBeenCalledOnce();
		expect(texts()).toEqual(['Over.']);
	});

	test('is recorded at the desk as soon as it is posted, and again with its files', async () => {
		let complete = () => {};
		post.mockImplementation(async (_view, stands) => {
			stands(POSTED);
			await new Promise<void>((resolve) => {
				complete = resolve;
			});
			stands({ ...POSTED, files: 'f1' });
		});
		const following = conversations({ post }).follow(REF, done);
		await vi.waitFor(() => expect(desk.moved.mock.calls).toEqual([['r1', { ...POSTED, posted: true }]]));
		complete();
		await following;
		expect(desk.moved.mock.lastCall).toEqual(['r1', { ...POSTED, files: 'f1', posted: true }]);
	});

	test('needs no further notification of its asker', async () => {
		const call = vi.fn(async () => {});
		const long = async () => ({ ...(await done()), waitedLong: true as const });
		await conversations({ post, call }).follow(REF, long);
		await conversations({ post, call }).follow(desk.moved.mock.lastCall![1], long);
		expect(call).not.toHaveBeenCalled();
	});

	test('stays even if the progress message cannot be deleted', async () => {
		remove.mockRejectedValue(new Error('a refusal'));
		await conversations({ post }).follow(REF, done);
		expect(warnings()).toEqual(['the club did not delete a message']);
		expect(say).not.toHaveBeenCalled();
	});

	test('is replaced by a sentence in the progress message if it is rejected', async () => {
		post.mockRejectedValue(new Error('a refusal'));
		await conversations({ post }).follow(REF, done);
		expect(say).toHaveBeenCalledOnce();
		expect([...desk.moved.mock.calls, ...remove.mock.calls]).toEqual([]);
	});

	test.each([
		['of a failed request', viewOf('failed', 'It broke.')],
		['that is personal', { ...viewOf('done', 'Yours.'), personal: true }],
	])('is edited in instead if it is one %s', async (_, view) => {
		await conversations({ post }).follow(REF, async () => view);
		expect(texts()).toEqual([view.text]);
		expect(post).not.toHaveBeenCalled();
	});
});
