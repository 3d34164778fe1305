/** How much faster the network is when it takes the calls that are waiting at the same time together. */

import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

const CALLS = [1, 2, 4, 8];

/** All take turns, so a busy spell of the machine slows each of them alike. */
const ROUNDS = 6;
const CALLS_PER_ROUND = 8;

const CONDITION = { prompt: 'a photo of a dog' };
const T = 500;

/** Evaluations per second through the Denoiser with 1, 2, 4 or 8 calls waiting at the same time. */
export async function benchBatching(directory: string, device: Device): Promise<Table> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const x = new TorchGenerator(0).randn(denoiser.shape); // [3, S, S]
	const together = (batch: number) => () =>
		Promise.all(Array.from({ length: batch }, () => denoiser.predict(x, T, CONDITION)));

	const seconds = new Map<number, number[]>(CALLS.map((batch) => [batch, []]));
	for (const batch of CALLS) await together(batch)(); // warms up
	for (let round = 0; round < ROUNDS; round++) {
		for (const [batch, times] of seconds) times.push(...(await timeEach(CALLS_PER_ROUND / batch, together(batch))));
	}
	await denoiser.close();

	const rates = new Map([...seconds].map(([batch, times]) => [batch, batch / median(times)]));
	return {
		title: `Calls waiting at the same time (${device.provider})`,
		header: ['calls', 'evaluations / s', 'against one at a time'],
		rows: [...rates].map(([batch, rate]) => [String(batch), rate.toFixed(1), (rate / rates.get(1)!).toFixed(2)]),
		notes: [
			`Medians, ${ROUNDS * CALLS_PER_ROUND} evaluations per row, in turns. More calls than the device's largest batch (4 on the CPU) run as several batches.`,
		],
	};
}
