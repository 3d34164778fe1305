/** Remote workers whose network is cut, without anybody being told, and heals some time later. Every job must end once, as done. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, test } from 'vitest';
import { NO_REDIS, RedisServer } from '../fakes/redis-server.ts';
import { CutNetwork, NO_NAMESPACES } from './cut-network.ts';
import { endOf, Random } from './random.ts';
import { RemoteWorkers } from './remote-workers.ts';
import { Tally } from './tally.ts';

const SKIPPED = NO_REDIS ?? NO_NAMESPACES;

const JOBS = 6;

/** How long the network is cut, in milliseconds: up to well beyond every patience of the program's own. */
const LONGEST_CUT_MS = 25_000;

const random = new Random('network');

describe.skipIf(SKIPPED)(`a cut network${SKIPPED ? ` (${SKIPPED})` : ''}`, () => {
	/** @param nth the network's; @param isBrokerAway whether the broker is at its other end, or else one of the workers */
	async function cutNowAndThen(nth: number, isBrokerAway: boolean, title: string): Promise<void> {
		const tally = new Tally(title);
		const network = new CutNetwork(nth);
		const { here, there, namespace } = network;
		const server = await RedisServer.start(isBrokerAway ? { host: there, namespace } : { host: here });
		const workers = new RemoteWorkers(server.url);
		try {
			workers.start('near');
			workers.start('far', isBrokerAway ? {} : { namespace });
			await workers.ready();
			const end = endOf(0.1);
			do {
				tally.count('cuts');
				const ids: string[] = [];
				for (let i = 0; i < JOBS; i++) ids.push(await workers.submit(`sleep ${500 + random.below(3000)}`));
				await delay(random.below(2500));
				network.cut();
				await delay(random.below(LONGEST_CUT_MS));
				network.heal();
				const healed = performance.now();
				await workers.checkDone(ids, tally, 'a cut');
				console.log(`done ${Math.round(performance.now() - healed)} ms after the network was whole again`);
				await workers.ready();
			} while (Date.now() < end);
		} finally {
			await workers.close();
			await server.close();
			network.close();
		}
		tally.close();
	}

	test('between a worker and the broker', () => cutNowAndThen(1, false, 'a worker cut off'));
	test('between the broker and all others', () => cutNowAndThen(2, true, 'the broker cut off'));
});
