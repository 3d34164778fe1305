/** The time before a request has a job, while its files are fetched and read. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModerationStore } from '../../../src/store/moderation.ts';
import type { FetchPicture } from '../../../src/uploads/fetch-address.ts';
import type { Incoming } from '../../../src/uploads/incoming.ts';
import { sketch } from '../../fakes/pictures.ts';
import { until } from '../../fakes/until.ts';
import { ann, bob, button, messageRefOf, type OpenDesk, openDesk, tess } from './open-desk.ts';

/** The web addresses being fetched, and whether anybody still waits for them. */
let asked: { readonly address: string; readonly signal: AbortSignal | undefined; answer(): void }[];

/** Fetches from slow servers. */
const slowWeb: FetchPicture = (address, { signal }) =>
	new Promise((resolve, reject) => {
		signal?.addEventListener('abort', () => reject(signal.reason));
		const answer = () => void sketch().then(({ bytes }) => resolve({ bytes, name: 'web.png' }));
		asked.push({ address, signal, answer });
	});

const ADDRESS = 'https://pictures.test/slow.png';

/** A file that never comes. */
const lost: Incoming = { name: 'sketch.png', fetch: (signal) => slowWeb('sent', { signal }) };

let open: OpenDesk;
beforeEach(async () => {
	asked = [];
	open = await openDesk({ fetchPicture: slowWeb });
});
afterEach(() => open.close());

const edit = (user = ann, prompt = 'a house') =>
	open.ask('edit', { image: ADDRESS, prompt }, user, messageRefOf(prompt));
const fetching = (count = 1) => until(`${count} to be fetched`, () => asked.length === count);

test('files in memory wait there up to a common limit', async () => {
	const image = { ...lost, held: 10 * 2 ** 20 };
	const send = () => {
		return open.desk.open({ command: 'edit', options: { prompt: 'a house' }, user: tess, files: { image } }, () => {});
	};
	const waiting = Array.from({ length: 12 }, send);
	await fetching(2);
	const { view } = await send();
	expect(view).toMatchObject({ state: 'failed', text: expect.stringMatching(/^Too many files are being read/) });
	const [{ id }] = open.store.open();
	expect((await open.answer('queue', { action: 'cancel', job: id }, tess)).text).toBe(`Cancelled: ${id}.`);
	await Promise.race(waiting);
	void send();
	await fetching(3);
	await until('another in its place', () => open.store.open().length === 12);
});

describe('while its files come, a request', () => {
	test('is listed, says what it waits for, and continues when they arrive', async () => {
		const { views, outcome } = edit();
		await fetching();
		const { text } = await open.answer('queue', {}, bob);
		expect(text).toMatch(/^[\w-]{12}: \/edit by Ann, being prepared$/);
		await until('the first word', () => views.length > 0);
		expect(views[0]).toMatchObject({ state: 'running', text: `Fetching ${ADDRESS}.` });
		asked[0].answer();
		expect((await outcome).view).toMatchObject({ state: 'done', inputs: [{ name: 'web.png' }] });
	});

	test('is cancelled by its button, without losing its options', async () => {
		const { views, outcome } = edit();
		await until('the first word', () => views.length > 0);
		const press = await open.desk.press(button(views[0], 'Cancel'), ann);
		expect(press).toEqual({ type: 'whisper', text: 'Cancelling.' });
		const { view, record } = await outcome;
		expect(view).toMatchObject({ state: 'cancelled', text: 'Cancelled.', personal: false });
		expect(open.store.get(record?.id ?? '')?.state).toBe('cancelled');
		expect(asked[0].signal?.aborted).toBe(true);
	});

	test('is cancelled through /queue by those who may', async () => {
		const { outcome } = edit();
		await fetching();
		const [id] = (await open.answer('queue')).text.split(':');
		expect((await open.answer('queue', { action: 'cancel', job: id }, bob)).text).toMatch(/^No waiting or running/);
		expect((await open.answer('queue', { action: 'cancel', job: id }, tess)).text).toBe(`Cancelled: ${id}.`);
		expect((await outcome).view.state).toBe('cancelled');
	});

	test('counts towards its owner’s limit', async () => {
		for (let i = 0; i < 4; i++) edit(ann, `house ${i}`);
		expect((await edit(ann, 'one more').outcome).view.text).toMatch(/^You already have 0 running and 4 waiting/);
	});
});

test('at most two files per person, and eight in all, are fetched at once', async () => {
	for (let i = 0; i < 3; i++) edit(ann, `house ${i}`);
	await fetching(2);
	for (let i = 0; i < 10; i++) edit({ ...tess, id: `test:${i}` }, `tower ${i}`);
	await fetching(8);
	asked[0].answer();
	await fetching(9);
	expect(asked.map(({ address }) => address)).toEqual(Array(9).fill(ADDRESS));
});

test('a request cancelled before its files are fetched says nothing more', async () => {
	for (let i = 0; i < 2; i++) edit(ann, `house ${i}`);
	await fetching(2);
	const { views, outcome } = edit(ann, 'one more');
	const waiting = () => open.store.open().find(({ options }) => options.prompt === 'one more');
	const { id } = await until('it to be stored', waiting);
	expect((await open.answer('queue', { action: 'cancel', job: id }, tess)).text).toBe(`Cancelled: ${id}.`);
	expect((await outcome).view.state).toBe('cancelled');
	await delay(1200);
	expect(views.map(({ state }) => state)).toEqual(['cancelled']);
});

describe('a picture needed before there is a request', () => {
	test('counts as one of its person’s two', async () => {
		const taken = [1, 2, 3].map(() => open.desk.takeAddress(ADDRESS, ann));
		await fetching(2);
		edit(bob);
		await fetching(3);
		asked[0].answer();
		expect(await taken[0]).toMatchObject({ name: 'web.png' });
		await fetching(4);
		const lostOnes = Promise.allSettled(taken.slice(1));
		open.desk.stop();
		const sentence = `The bot was stopped before ${ADDRESS} had arrived; send it again.`;
		expect(await lostOnes).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { message: sentence } })));
		expect(asked.every(({ signal }, i) => i === 0 || signal?.aborted)).toBe(true);
	});

	test('is not fetched for a blocked person', async () => {
		new ModerationStore(open.store.database).in('x').block(ann);
		await expect(open.desk.takeAddress(ADDRESS, ann)).rejects.toThrow(/^You are currently blocked from using the bot/);
		expect(asked).toEqual([]);
	});
});

describe('a bot that is stopped meanwhile', () => {
	test('fetches what has an address after the next start', async () => {
		const { outcome } = edit();
		await fetching();
		open.desk.stop();
		const { record } = await outcome;
		expect(open.store.get(record?.id ?? '')?.state).toBe('waiting');
		asked.length = 0;
		open.again().resume([{ name: 'slack', follow: async (_, see) => void (await see(() => {})) }]);
		await fetching();
		asked[0].answer();
		await until('the picture', () => open.store.get(record?.id ?? '')?.state === 'done');
	});

	test('says that an attached file is lost', async () => {
		const request = { command: 'edit', options: { prompt: 'a house' }, files: { image: lost }, user: ann };
		const asking = open.desk.open({ ...request, messageRef: messageRefOf('one') });
		await fetching();
		open.desk.stop();
		const { view, record } = await asking;
		const sentence = 'The bot was stopped before sketch.png had arrived; send it again.';
		expect(view).toMatchObject({ state: 'failed', text: sentence, title: '/edit sketch.png a house' });
		expect(open.store.get(record?.id ?? '')?.state).toBe('failed');
	});

	test('says so after the restart if it was killed', async () => {
		const request = { command: 'edit', options: { prompt: 'a house' }, files: { image: lost }, user: ann };
		void open.desk.open({ ...request, messageRef: messageRefOf('one') });
		await fetching();
		const last = new Promise((resolve) => {
			open.again().resume([{ name: 'slack', follow: async (_, see) => resolve(await see(() => {})) }]);
		});
		const sentence = 'The bot was stopped before sketch.png had arrived; send it again.';
		expect(await last).toMatchObject({ state: 'failed', text: sentence });
	});
});
