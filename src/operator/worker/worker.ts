/** `worker`: runs the jobs of a bot on another machine, until it is told to end. */
import { hostname } from 'node:os';
import { modelsFor } from '../../../commands/lib/models-for.ts';
import { connectOnce } from '../../../gpu/queue/broker/connection.ts';
import { unlessFinal } from '../../../gpu/queue/broker/open.ts';
import { startRemoteWorker } from '../../../gpu/queue/broker/remote-worker.ts';
import type { Executor } from '../../../gpu/queue/executor.ts';
import { blobDirectory, createLocalBlobStore } from '../../../gpu/queue/local-blobs.ts';
import { buildOf } from '../../base/build.ts';
import { ConfigError } from '../../base/config.ts';
import { createLog } from '../../base/log.ts';
import { findDevices, startMachineExecutor } from '../../inference.ts';
import { explaining, isOpenBroker, NO_PASSWORD } from '../../remote.ts';
import { openDataDirectory } from '../../store/data-directory.ts';
import type { Order } from '../verb.ts';
import { sweepWorkerDaily } from './sweep.ts';

/** @throws {ConfigError} when there is no broker, or it refuses this worker */
export async function runWorker({
	config: read,
	print,
	complain,
}: Pick<Order, 'config' | 'print' | 'complain'>): Promise<number> {
	const config = read();
	const { broker, dataDir } = config;
	if (!broker) {
		throw new ConfigError(
			"QUEUE_URL is not set, so there is no bot to work for; set it as on the bot's machine (docs/scale.md).",
		);
	}
	const told = whenTold();
	const log = createLog(config);
	if (isOpenBroker(broker)) complain(NO_PASSWORD);
	openDataDirectory(dataDir, complain);
	await explaining(() => unlessFinal(async () => (await connectOnce(broker.url)).disconnect()));
	const options = { role: 'bot', log, warn: complain } as const;
	const devices = await findDevices(config, options);
	const executor = startMachineExecutor(config, devices, options);
	const { trainingDevice, threads } = config;
	const worker = startRemoteWorker({
		...broker,
		machine: hostname(),
		version: buildOf(),
		executor,
		training: { device: trainingDevice ?? devices[0], isReserved: trainingDevice !== undefined, threads },
		dataDir,
		blobs: createLocalBlobStore(blobDirectory(dataDir)),
		log: (line, severity, about) => log[severity]({ from: 'broker', ...about }, line),
		onReady: () => void tellReady(executor, broker.queue, print),
	});
	sweepWorkerDaily(dataDir, log);
	await told;
	await worker.close();
	return 0;
}

/** Resolves at the first signal to end; the second ends the process at once. */
function whenTold(): Promise<void> {
	return new Promise((resolve) => {
		let isTold = false;
		for (const signal of ['SIGINT', 'SIGTERM'] as const) {
			process.on(signal, () => {
				if (isTold) process.exit(0);
				isTold = true;
				resolve();
			});
		}
	});
}

async function tellReady(executor: Executor, queue: string, print: Order['print']): Promise<void> {
	const [model] = modelsFor({}, (await executor.models()).usable);
	const models = `the model ${model?.name ?? '(none installed)'}`;
	print(`Ready with ${models} for the bot of the queue "${queue}". Stop with Ctrl+C.`);
}
