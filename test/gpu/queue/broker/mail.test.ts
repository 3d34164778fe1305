/** From a worker's outbox into the bot's inbox, through a real broker. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BlobStore } from '../../../../gpu/queue/blobs.ts';
import { createBrokerBlobStore } from '../../../../gpu/queue/broker/broker-blobs.ts';
import { Inbox } from '../../../../gpu/queue/broker/inbox.ts';
import { keysOf } from '../../../../gpu/queue/broker/keys.ts';
import { Outbox } from '../../../../gpu/queue/broker/outbox.ts';
import type { FromTrainingProcess } from '../../../../gpu/queue/training-protocol.ts';
import { pathOf, type RunFile } from '../../../../gpu/training/run-files.ts';
import { uniqueQueue } from './harness.ts';
import { describeOnBroker } from './on-a-broker.ts';
import { PLAN } from './training-bot.ts';

const STEP: RunFile = { kind: 'step', number: 7 };
const CHECKPOINT = { type: 'checkpoint', epoch: 1 } as const;

describeOnBroker('what a training says and writes', (broker) => {
	let root: string;
	let between: BlobStore;
	/** What the broker's blobs do before they answer. */
	let before: () => void;
	const withoutRoom = () => {
		throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
	};
	let heard: FromTrainingProcess[];
	let log: string[];
	let outbox: Outbox;
	let inbox: Inbox;
	beforeEach(async () => {
		root = await mkdtemp(join(tmpdir(), 'flipside-mail-'));
		[heard, log, before] = [[], [], () => {}];
		const keys = keysOf(uniqueQueue());
		const blobs = createBrokerBlobStore(broker.redis, keys, { keepMs: 60_000, maxPut: 2 ** 24, maxGet: 2 ** 24 });
		between = {
			...blobs,
			async get(ref) {
				before();
				return blobs.get(ref);
			},
		};
		const { signal } = new AbortController();
		const ends = { redis: broker.redis, between, stream: keys.training('a~1'), signal };
		const complain = (error: unknown) => log.push(String(error));
		outbox = await Outbox.open({ ...ends, folder: join(root, 'worker'), onSent: () => {}, complain });
		const where = { machine: 'gpu1', where: 'gpu1, cpu' };
		const hear = (message: FromTrainingProcess) => void heard.push(message);
		inbox = new Inbox({
			...ends,
			...where,
			folder: join(root, 'bot'),
			plan: PLAN,
			hear,
			log: (line) => log.push(line),
		});
	});
	afterEach(() => rm(root, { recursive: true }));

	async function write(file: RunFile, content: string | Buffer): Promise<void> {
		const path = pathOf(join(root, 'worker'), file);
		await mkdir(dirname(path), { recursive: true });
		await writeFile(path, content);
	}

	const arrived = (file: RunFile) => readFile(pathOf(join(root, 'bot'), file));

	it('arrives in order, a large file in parts, and leaves nothing on the broker', async () => {
		const large = Buffer.alloc(9 * 2 ** 20, 'weights');
		await write(STEP, large);
		await outbox.send(CHECKPOINT);
		await outbox.send({ type: 'done' });
		await outbox.close();
		expect(await inbox.takeIn(() => true)).toBe(true);
		expect(inbox.isOver).toBe(true);
		expect(heard).toEqual([CHECKPOINT, { type: 'done' }]);
		expect((await arrived(STEP)).equals(large)).toBe(true);
		expect((await broker.redis.keys('*')).filter((key) => key.includes(':blob:'))).toEqual([]);
	});

	it('travels again only when it has changed', async () => {
		await write(STEP, 'first');
		await outbox.send(CHECKPOINT);
		await write(STEP, 'first');
		await outbox.send(CHECKPOINT);
		await inbox.takeIn(() => true);
		expect(log).toEqual([]); // what is no longer on the broker was not asked for
		await write(STEP, 'second');
		await outbox.send(CHECKPOINT);
		await inbox.takeIn(() => true);
		expect(String(await arrived(STEP))).toBe('second');
	});

	it('waits for room on the bot’s disk, and says so once', async () => {
		await write(STEP, 'weights');
		await outbox.send({ type: 'done' });
		before = withoutRoom;
		expect(await inbox.takeIn(() => true)).toBe(false);
		expect(await inbox.takeIn(() => true)).toBe(false);
		before = () => {};
		expect(await inbox.takeIn(() => true)).toBe(true);
		expect(heard.map((message) => ('message' in message ? message.message : message.type))).toEqual([
			expect.stringMatching(
				/^The disk is full: .* in .*; make room there: the training continues and will try again\.$/,
			),
			'There is room on the disk again, and everything is being saved.',
			'done',
		]);
		expect(String(await arrived(STEP))).toBe('weights');
	});

	it('does not wait when the training was told to end', async () => {
		await write(STEP, 'weights');
		await outbox.send({ type: 'stopped' });
		before = withoutRoom;
		expect(await inbox.takeIn(() => false)).toBe(true);
		expect(heard).toEqual([{ type: 'stopped' }]);
	});

	it('is not kept if it is not what it should be', async () => {
		await write({ kind: 'status' }, '{"state":"great"}');
		await write({ kind: 'losses' }, 'step,epoch,loss\n1,1,0.5\n2,1,evil\n');
		await write({ kind: 'epoch', number: 1_000_000 }, 'weights');
		await outbox.send({ type: 'done' });
		await inbox.takeIn(() => true);
		expect(await readdir(join(root, 'bot')).catch(() => [])).toEqual([]);
		expect(log).toHaveLength(3);
		expect(heard).toEqual([{ type: 'done' }]);
	});
});
