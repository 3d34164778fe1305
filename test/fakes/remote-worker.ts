/** A remote worker in a process of its own, for tests to kill. Arguments: the broker, the queue, a folder, the machine's name. */
import { startWorker } from '../gpu/queue/broker/harness.ts';

const [url, queue, folder, machine] = process.argv.slice(2);
const worker = startWorker({ url, queue, folder }, { machine, log: (line) => console.error(line) });
process.on('SIGTERM', () => worker.close().then(() => process.exit(0)));
