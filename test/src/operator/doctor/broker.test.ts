import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../../../gpu/queue/broker/connection.ts';
import { factsOf } from '../../../../gpu/queue/broker/examine.ts';
import { line } from '../../../../src/base/finding.ts';
import { checkBroker, describe as findings } from '../../../../src/operator/doctor/broker.ts';
import { NO_REDIS, RedisServer } from '../../../fakes/redis-server.ts';

const GOOD = 'ok    broker: Redis 7.0.15 can be reached';
const info = (...lines: readonly string[]) =>
	['# Server', ...lines, 'maxmemory_policy:noeviction', 'aof_enabled:1', ''].join('\r\n');
const linesOf = (text: string) => [...findings(factsOf(text))].map(line);

describe('what INFO says', () => {
	it.each([
		['7.0.15', GOOD],
		['6.2.0', 'ok    broker: Redis 6.2.0 can be reached'],
		['6.0.16', 'fail  broker: Redis 6.0.16 is too old; install Valkey, or Redis 6.2 or newer.'],
		['5.0.7', 'fail  broker: Redis 5.0.7 is too old; install Valkey, or Redis 6.2 or newer.'],
		['10.1.0', 'ok    broker: Redis 10.1.0 can be reached'],
	])('about Redis %s', (version, expected) => expect(linesOf(info(`redis_version:${version}`))).toEqual([expected]));

	it('about Valkey, which calls itself an old Redis too', () => {
		expect(linesOf(info('redis_version:7.2.4', 'server_name:valkey', 'valkey_version:8.1.0'))).toEqual([
			'ok    broker: Valkey 8.1.0 can be reached',
		]);
	});

	it('about what it does when it is full or restarts', () => {
		const careless = info('redis_version:7.0.15')
			.replace('noeviction', 'allkeys-lru')
			.replace('enabled:1', 'enabled:0');
		expect(linesOf(careless)).toEqual([
			GOOD,
			'fail  broker: It drops jobs when its memory is full; set maxmemory-policy to noeviction instead of allkeys-lru.',
			'warn  broker: It forgets the running jobs when it restarts, so they start over; set appendonly to yes.',
		]);
	});
});

describe('whether it can be written to', () => {
	const UNSAVED = 'fail  broker: It cannot save what it has, so it may refuse jobs and results; its log says why.';

	it.each([
		['role:master', 'aof_last_write_status:ok', []],
		[
			'role:slave',
			'',
			['fail  broker: It is a replica, which takes no jobs; set QUEUE_URL to the server that it copies.'],
		],
		['aof_last_write_status:err', '', [UNSAVED]],
		['rdb_last_bgsave_status:err', 'aof_last_write_status:ok', [UNSAVED]],
	])('with %s', (first, second, more) => {
		expect(linesOf(info('redis_version:7.0.15', first, second))).toEqual([GOOD, ...more]);
	});
});

describe('how full it is', () => {
	const MAX = 2 ** 31;
	const facts = (used: number, ...more: readonly string[]) =>
		linesOf(info('redis_version:7.0.15', `used_memory:${used}`, ...more, `maxmemory:${MAX}`));

	it.each([
		['1.0 MiB', 2 ** 20, []],
		[
			'1.8 GiB',
			0.9 * MAX,
			[
				'warn  broker: It will soon refuse jobs and results, since 1.8 GiB of its 2.0 GiB of memory are in use; raise its maxmemory.',
			],
		],
		[
			'2.0 GiB',
			MAX,
			[
				'fail  broker: It refuses jobs and results, since 2.0 GiB of its 2.0 GiB of memory are in use; raise its maxmemory.',
			],
		],
	])('with %s of its memory in use', (size, used, more) => {
		expect(facts(used)).toEqual([`${GOOD}; ${size} of its 2.0 GiB of memory are in use`, ...more]);
	});

	it('not counting what it does not count itself', () => {
		expect(facts(MAX, `mem_not_counted_for_evict:${MAX / 2}`)).toEqual([
			`${GOOD}; 1.0 GiB of its 2.0 GiB of memory are in use`,
		]);
	});

	it('unless it has no limit', () => {
		expect(linesOf(info('redis_version:7.0.15', 'used_memory:1000', 'maxmemory:0'))).toEqual([GOOD]);
	});
});

describe.skipIf(NO_REDIS)(`a real broker${NO_REDIS ? ` (${NO_REDIS})` : ''}`, () => {
	let server: RedisServer | undefined;
	afterEach(() => server?.close());

	async function examined(url: string): Promise<readonly string[]> {
		const found: string[] = [];
		for await (const finding of checkBroker({ url, queue: 'flipside' })) found.push(line(finding));
		return found;
	}

	it('is found healthy, with the right password', async () => {
		server = await RedisServer.start({ options: ['--requirepass', 'secret'] });
		expect(await examined(server.url.replace('//', '//:secret@'))).toEqual([
			expect.stringMatching(/^ok {4}broker: \w+ \S+ can/),
		]);
		expect(await examined(server.url)).toEqual([
			'fail  broker: The broker wants a password; put it into QUEUE_URL, as redis://:PASSWORD@HOST:6379.',
		]);
	});

	it('is found full once it refuses what is written', async () => {
		server = await RedisServer.start({ options: ['--maxmemory', '1mb'] });
		const redis = openConnection(server.url);
		const fill = async () => {
			for (;;) await redis.append('filling', 'x'.repeat(1000));
		};
		await expect(fill()).rejects.toThrow(/^OOM /);
		expect((await examined(server.url)).slice(1)).toEqual([
			expect.stringMatching(
				/^fail {2}broker: It refuses jobs and results, since .* of its 1\.0 MiB of memory are in use/,
			),
		]);
		redis.disconnect();
	});

	it('is found to be a replica', async () => {
		server = await RedisServer.start();
		const redis = openConnection(server.url);
		await redis.replicaof('127.0.0.1', 1);
		expect((await examined(server.url)).slice(1)).toEqual([expect.stringMatching(/^fail {2}broker: It is a replica/)]);
		redis.disconnect();
	});

	it('is missed', async () => {
		expect(await examined('redis://127.0.0.1:1')).toEqual([
			'fail  broker: The broker cannot be reached (ECONNREFUSED); check that it runs, and QUEUE_URL.',
		]);
	});
});

it('says nothing where there is none', async () => expect((await checkBroker(undefined).next()).done).toBe(true));
