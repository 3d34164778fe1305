/** `doctor`'s checks of the broker, if there is one. */
import { sizeText } from '../../../commands/lib/size-text.ts';
import type { BrokerFacts } from '../../../gpu/queue/broker/examine.ts';
import type { BrokerAddress } from '../../base/config.ts';
import { reason } from '../../base/explain.ts';
import { type Finding, fail, ok, warn } from '../../base/finding.ts';
import { isOpenBroker, NO_PASSWORD } from '../../remote.ts';

const NAME = 'broker';

/** The share of its memory from which a broker may have no room for the next uploads and results. */
const NEARLY_FULL = 0.9;

/** Says nothing where jobs run on this machine. */
export async function* checkBroker(broker: BrokerAddress | undefined): AsyncGenerator<Finding> {
	if (!broker) return;
	const { examineBroker } = await import('../../../gpu/queue/broker/examine.ts');
	try {
		const facts = await examineBroker(broker.url);
		if (isOpenBroker(broker)) yield warn(NAME, NO_PASSWORD);
		yield* describe(facts);
	} catch (error) {
		yield fail(NAME, reason(error));
	}
}

export function* describe(facts: BrokerFacts): Generator<Finding> {
	const { name, isSupported, whenFull, memory, isReplica, isUnsaved, isLasting } = facts;
	const use = memory && `${sizeText(memory.used)} of its ${sizeText(memory.max)} of memory are in use`;
	if (isSupported) yield ok(NAME, [`${name} can be reached`, ...(use ? [use] : [])].join('; '));
	else yield fail(NAME, `${name} is too old; install Valkey, or Redis 6.2 or newer.`);
	if (whenFull !== 'noeviction') {
		yield fail(
			NAME,
			`It drops jobs when its memory is full; set maxmemory-policy to noeviction instead of ${whenFull}.`,
		);
	}
	if (memory && whenFull === 'noeviction' && memory.used >= memory.max) {
		yield fail(NAME, `It refuses jobs and results, since ${use}; raise its maxmemory.`);
	} else if (memory && whenFull === 'noeviction' && memory.used >= NEARLY_FULL * memory.max) {
		yield warn(NAME, `It will soon refuse jobs and results, since ${use}; raise its maxmemory.`);
	}
	if (isReplica) yield fail(NAME, 'It is a replica, which takes no jobs; set QUEUE_URL to the server that it copies.');
	if (isUnsaved) yield fail(NAME, 'It cannot save what it has, so it may refuse jobs and results; its log says why.');
	if (!isLasting) {
		yield warn(NAME, 'It forgets the running jobs when it restarts, so they start over; set appendonly to yes.');
	}
}
