/** How a training went, kept beside the weights that it made: the checkpoints with all its losses are too large to ship. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DigitModel, shippedLosses, thinLosses } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';

/** In a chart of 1,000 pixels nobody misses more; they take 6 kB. */
const POINTS = 400;

/** Digits of a loss that matter in a chart. */
const PRECISION = 4;

/**
 * Writes the losses of a network's training into losses.json, where those of the other networks stay.
 *
 * @param folder that of the weights
 * @param losses of all steps, from the first on
 */
export async function shipLosses(folder: string, model: DigitModel, losses: readonly number[]): Promise<void> {
	const file = join(folder, 'losses.json');
	const others = shippedLosses.parse(await readFile(file, 'utf8').then(JSON.parse, () => ({})));
	const points = thinLosses(
		losses.map((loss, i) => ({ step: i + 1, loss })),
		POINTS,
	).map(({ step, loss }): [number, number] => [step, Number(loss.toPrecision(PRECISION))]);
	const all = Object.entries({ ...others, [model]: points });
	// A line for each network.
	const lines = all.map(([name, curve]) => `\t${JSON.stringify(name)}: ${JSON.stringify(curve)}`);
	await writeWhole(file, `{\n${lines.join(',\n')}\n}\n`);
}
