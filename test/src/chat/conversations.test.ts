/** What the contract of conversations leaves open: messages that fail, look otherwise, and are posted anew. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Conversations, type ConversationsDeps } from '../../../src/chat/conversations.ts';
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

const conversations = (message: Partial<RequestMessage> = {}, deps: Partial<ConversationsDeps> = {}) =>
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

test('a message that looks otherwise for the same state is shown again, until its request is over', async () => {
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

describe('what must not be lost', () => {
	const patience = { isPassing: (error: unknown) => (error as Error).message === 'trouble', waitsMs: [1, 1] };

	test('is tried again while the trouble may pass', async () => {
		for (let i = 0; i < 2; i++) show.mockRejectedValueOnce(new Error('trouble'));
		await conversations({}, { patience }).follow(REF, done);
		expect(texts()).toEqual(['Over.', 'Over.', 'Over.']);
		expect(warnings()).toEqual(Array(2).fill('the club did not accept an answer; trying again'));
		expect(say).not.toHaveBeenCalled();
	});

	test.each([
		['that lasts', 'trouble', 3],
		['of another kind', 'a refusal', 1],
	])('ends in a sentence after trouble %s', async (_, trouble, tries) => {
		show.mockRejectedValue(new Error(trouble));
		await conversations({}, { patience }).follow(REF, done);
		expect(show).toHaveBeenCalledTimes(tries);
		expect(say).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^Something went wrong/), 'failed');
	});

	test('is only in the log where not even the sentence is taken', async () => {
		for (const mock of [show, say]) mock.mockRejectedValue(new Error('a refusal'));
		await conversations().follow(REF, done);
		expect(log.error.mock.calls.map(([, message]) => message)).toEqual(['the club did not accept an answer']);
		expect(warnings()).toEqual(['and the message could not say so']);
	});
});

describe('a message that takes no more changes', () => {
	const refusal = new Error('too often');

	test('goes on in a new one, which the desk is told of', async () => {
		show.mockRejectedValueOnce(refusal);
		const goOn = vi.fn<NonNullable<RequestMessage['goOn']>>().mockResolvedValue(POSTED);
		await conversations({ goOn }).follow(REF, done);
		expect(goOn.mock.calls).toEqual([[expect.objectContaining({ text: 'Over.' }), refusal]]);
		expect(desk.moved.mock.calls).toEqual([['r1', POSTED]]);
		expect([...log.error.mock.calls, ...say.mock.calls]).toEqual([]);
	});

	test('ends in a sentence where there is no new one either', async () => {
		show.mockRejectedValue(refusal);
		await conversations({ goOn: async () => undefined }).follow(REF, done);
		expect(say).toHaveBeenCalledOnce();
		expect(desk.moved).not.toHaveBeenCalled();
	});
});

describe('an asker who waited long', () => {
	const call = vi.fn<NonNullable<RequestMessage['call']>>();
	const long = async () => ({ ...(await done()), waitedLong: true as const });

	test('is called once, also where the end is shown again after a restart', async () => {
		call.mockResolvedValue();
		await conversations({ call }).follow(REF, long);
		const [[, ref]] = desk.moved.mock.calls;
		expect(ref).toEqual(expect.objectContaining(REF));
		await conversations({ call }).follow(ref, long);
		expect(texts()).toEqual(['Over.', 'Over.']);
		expect(call).toHaveBeenCalledOnce();
	});

	test('is called once more where the call did not arrive, to the message that there is by then', async () => {
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

	test('come one after the other, all of them before the end', async () => {
		const seen: string[] = [];
		const below = async ({ text, state, progress }: MessageView) => {
			await new Promise((resolve) => setTimeout(resolve, text === 'one' ? 20 : 0));
			seen.push(`${text} ${state} ${progress}`);
		};
		show.mockImplementation(async ({ text }) => void seen.push(text));
		await conversations({ below }, { editIntervalMs: 1000 }).follow(REF, open);
		expect(seen.slice(-3)).toEqual(['one done undefined', 'two done undefined', 'Over.']);
	});

	test('that are refused, or have no place, cost the request nothing', async () => {
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

	test('takes the place of the message before it, also for the desk', async () => {
		await conversations({ post }).follow(REF, done);
		expect(show).not.toHaveBeenCalled();
		expect(remove).toHaveBeenCalledOnce();
		const [[request, ref]] = desk.moved.mock.calls;
		expect([request, ref]).toEqual(['r1', expect.objectContaining(POSTED)]);
		await conversations({ post }).follow(ref, done);
		expect(post).toHaveBeenCalledOnce();
		expect(texts()).toEqual(['Over.']);
	});

	test('is known to the desk as soon as it is there, and with what belongs to it later', async () => {
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

	test('tells its asker by itself that it took long', async () => {
		const call = vi.fn(async () => {});
		const long = async () => ({ ...(await done()), waitedLong: true as const });
		await conversations({ post, call }).follow(REF, long);
		await conversations({ post, call }).follow(desk.moved.mock.lastCall![1], long);
		expect(call).not.toHaveBeenCalled();
	});

	test('is there also where the message before it cannot be taken away', async () => {
		remove.mockRejectedValue(new Error('a refusal'));
		await conversations({ post }).follow(REF, done);
		expect(warnings()).toEqual(['the club did not delete a message']);
		expect(say).not.toHaveBeenCalled();
	});

	test('ends in a sentence in that message where it is refused', async () => {
		post.mockRejectedValue(new Error('a refusal'));
		await conversations({ post }).follow(REF, done);
		expect(say).toHaveBeenCalledOnce();
		expect([...desk.moved.mock.calls, ...remove.mock.calls]).toEqual([]);
	});

	test.each([
		['of a request that went wrong', viewOf('failed', 'It broke.')],
		['that concerns one person alone', { ...viewOf('done', 'Yours.'), personal: true }],
	])('is none %s', async (_, view) => {
		await conversations({ post }).follow(REF, async () => view);
		expect(texts()).toEqual([view.text]);
		expect(post).not.toHaveBeenCalled();
	});
});
