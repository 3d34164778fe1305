/** A training's losses, kept next to its weights: the checkpoints with all losses are too large to ship. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DigitModel, shippedLosses, thinLosses } from '../jobs/index.ts';
import { writeWhole } from '../write-whole.ts';

/** Enough points for a chart of 1,000 pixels; they take 6 kB. */
const POINTS = 400;

/** Significant digits of a loss in a chart. */
const PRECISION = 4;

/**
 * Writes a network's training losses to losses.json, keeping those of the other networks.
 *
 * @param folder the folder of the weights
 * @param losses of all steps, starting with the first
 */
export async function shipLosses(folder: string, model: DigitModel, losses: readonly number[]): Promise<void> {
	const file = join(folder, 'losses.json');
	const others = shippedLosses.parse(await readFile(file, 'utf8').then(JSON.parse, () => ({})));
	const points = thinLosses(
		losses.map((loss, i) => ({ step: i + 1, loss })),
		POINTS,
	).map(({ step, loss }): [number, number] => [step, Number(loss.toPrecision(PRECISION))]);
	const all = Object.entries({ ...others, [model]: points });
	// One line per network.
	const lines = all.map(([name, curve]) => `\t${JSON.stringify(name)}: ${JSON.stringify(curve)}`);
	await writeWhole(file, `{\n${lines.join(',\n')}\n}\n`);
}
