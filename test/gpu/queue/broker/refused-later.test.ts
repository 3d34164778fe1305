/** What a broker refuses only after the bot or a worker has started, since it was away then. */
import { expect, it, vi } from 'vitest';
import * as z from 'zod';
import { explained, openConnection } from '../../../../gpu/queue/broker/connection.ts';
import { Link } from '../../../../gpu/queue/broker/link.ts';
import { RunnerError } from '../../../../gpu/queue/runner.ts';
import { until } from '../../../fakes/until.ts';
import { startExecutor, startWorker } from './harness.ts';
import { describeOnStage } from './stage.ts';

const NO_DATABASE =
	'The broker has no database with the number in QUEUE_URL; correct it there, or raise its setting databases.';

describeOnStage('a broker that was away', (stage) => {
	it('and has no such database is used in no other', async () => {
		await stage.server.kill();
		const elsewhere = { url: `${stage.url}/99`, queue: stage.queue, folder: stage.folder };
		const logged: string[] = [];
		const log = (text: string) => void logged.push(text);
		stage.addWorker(startWorker(elsewhere, { log }));
		const executor = stage.addBot(startExecutor(elsewhere, { patienceMs: 300, log }));
		executor.start();
		await until('it to be missed', () => executor.standstill !== undefined);
		await stage.server.begin();
		await vi.waitFor(() => expect(() => executor.devices()).toThrow(new RunnerError(NO_DATABASE)));
		// Long enough for three attempts.
		await vi.waitFor(async () => expect(await stage.redis.info('stats')).toMatch(/total_error_replies:\d{2}/));
		expect(executor.ready).toBe(false);
		expect(await stage.redis.keys('*')).toEqual([]);
		expect(logged.filter((text) => text === NO_DATABASE)).toHaveLength(2);
	});

	it.each([
		['and has no such database', '', 99, NO_DATABASE],
		[
			'and keeps its user from it',
			'bound:secret@',
			1,
			"The broker does not let QUEUE_URL's user do this; give that user all commands, keys and channels.",
		],
	])('%s is used in no other by what BullMQ opens either', async (_, login, database, message) => {
		await stage.redis.call('ACL', 'SETUSER', 'bound', 'on', '>secret', '~*', '&*', '+@all', '-select');
		const connection = openConnection(`${stage.url.replace('//', `//${login}`)}/${database}`);
		const other = connection.duplicate();
		const refused = await Promise.all(
			[connection, other].map((redis) => redis.set('here', 1).catch((error) => explained(error).message)),
		);
		expect(refused).toEqual([message, message]);
		expect(await stage.redis.exists('here')).toBe(0);
		connection.disconnect();
		other.disconnect();
	});

	it('and refused the password is heard once it takes it', async () => {
		await stage.redis.config('SET', 'requirepass', 'another');
		const link = new Link(stage.url.replace('//', '//:secret@'), () => {});
		const heard: number[] = [];
		link.subscribe('numbers', z.object({ number: z.number() }), ({ number }) => heard.push(number));
		await until('the refusal', () => link.outage?.includes('password'));
		await stage.redis.config('SET', 'requirepass', 'secret');
		await until('the broker', () => link.isUp);
		await vi.waitFor(async () => {
			await stage.redis.publish('numbers', JSON.stringify({ number: 1 }));
			expect(heard).not.toEqual([]);
		});
		link.close();
		await stage.redis.config('SET', 'requirepass', '');
	});
});
