/** A process with only a training, for tests to kill. Arguments: a data directory and a plan as JSON. */
import { createLocalTrainingRunner } from '../../gpu/queue/local-training-runner.ts';

const [dataDir, plan] = process.argv.slice(2);
const env = { CHECKPOINT_SECONDS: '0.001', TRAINING_NICE: '1' };
const runner = createLocalTrainingRunner({ dataDir, threads: 1, env, log: (line) => console.log(line) });
runner.onEvent(({ run, type }) => console.log(`${type} ${run}`));
await runner.start({ plan: JSON.parse(plan), who: 'Bob' });
