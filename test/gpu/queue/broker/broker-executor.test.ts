import { executorContract } from '../executor-contract.ts';
import { executorWithWorker, uniqueQueue } from './harness.ts';
import { describeOnBroker } from './on-a-broker.ts';

describeOnBroker('remote workers', (broker) => {
	executorContract('broker', (folder) =>
		executorWithWorker({ url: broker.server.url, queue: uniqueQueue(), folder }, 2),
	);
});
