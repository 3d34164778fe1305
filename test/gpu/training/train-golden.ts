/** A program, `train-golden.ts PROVIDER STEPS`, which prints losses and state of the time-conditioned network as JSON. */
import type { Provider } from '../../../gpu/device.ts';
import { openTrainer } from '../../../gpu/training/trainer.ts';
import { GOLDEN_BATCH, golden, goldenBatch, goldenDefinition } from '../models/digits/golden.ts';

const [provider, steps] = process.argv.slice(2);
const trainer = await openTrainer(goldenDefinition('time'), {
	batchSize: GOLDEN_BATCH,
	device: { provider: provider as Provider, threads: 1 },
	start: { seed: golden.seed },
	ema: 0.9,
});
const losses: number[] = [];
for (let i = 0; i < Number(steps); i++) {
	losses.push(...(await trainer.steps([goldenBatch('time')], [golden.learningRate])));
}
const { steps: taken, ...state } = await trainer.state();
await trainer.close();
const lists = (arrays: Readonly<Record<string, Float32Array>>) =>
	Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, [...values]]));
const parts = Object.entries(state).map(([part, arrays]) => [part, lists(arrays)]);
console.log(JSON.stringify({ losses, steps: taken, state: Object.fromEntries(parts) }));
