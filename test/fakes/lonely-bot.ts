/** A process with only a runner, for tests to kill. Arguments: the worker's entry and a data directory. */
import { createLocalRunner } from '../../gpu/queue/local-runner.ts';

const [entry, dataDir] = process.argv.slice(2);
createLocalRunner({ concurrency: 1, dataDir, worker: { entry }, log: (line) => console.log(line) });
