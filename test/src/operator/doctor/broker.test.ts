import { afterEach, describe, expect, it } from 'vitest';
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

	it('is missed', async () => {
		expect(await examined('redis://127.0.0.1:1')).toEqual([
			'fail  broker: The broker cannot be reached (ECONNREFUSED); check that it runs, and QUEUE_URL.',
		]);
	});
});

it('says nothing where there is none', async () => expect((await checkBroker(undefined).next()).done).toBe(true));
