/**
 * Draws test digits as people send them, and prints for each condition the share that the judge reads right.
 *
 *     npm run -s eval:drawn -- [--count 200] [--seed 1] [--save DIR]
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from '../gpu/errors.ts';
import { readDrawnDigit } from '../gpu/pipelines/digits/drawn-digit.ts';
import { DIGIT_AREA, loadMnist } from '../gpu/training/mnist.ts';
import { CONDITIONS, type Condition, drawing } from './drawings.ts';
import { judge, openJudge } from './judged.ts';

const { values } = parseArgs({
	options: {
		count: { type: 'string', default: '200' },
		seed: { type: 'string', default: '1' },
		save: { type: 'string' },
	},
});
const count = Number(values.count);
const seed = Number(values.seed);
const test = await loadMnist('test');
const network = await openJudge();

/** What the judge read each picture as; undefined if the picture was refused. */
async function readings(condition: Condition): Promise<readonly (number | undefined)[]> {
	const digits = await Promise.all(
		Array.from({ length: count }, async (_, i) => {
			const levels = test.levels.subarray(i * DIGIT_AREA, (i + 1) * DIGIT_AREA);
			const picture = await drawing(levels, condition, seed + i);
			if (values.save) await writeFile(join(values.save, `${condition}-${i}-${test.labels[i]}.jpg`), picture);
			return readDrawnDigit(picture).catch((error) => {
				if (!(error instanceof UserError)) throw error;
				return undefined;
			});
		}),
	);
	const taken = digits.filter((digit) => digit !== undefined);
	const all = new Float32Array(taken.length * DIGIT_AREA);
	for (const [i, { data }] of taken.entries()) all.set(data, i * DIGIT_AREA);
	const { read } = await judge(network, all);
	let next = 0;
	return digits.map((digit) => (digit ? read[next++] : undefined));
}

if (values.save) await mkdir(values.save, { recursive: true });
const row = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
row('condition', 'read right', 'refused', 'wanted');
row('---', '---', '---', '---');
for (const condition of CONDITIONS) {
	const read = await readings(condition);
	const right = read.filter((digit, i) => digit === test.labels[i]).length;
	const refused = read.filter((digit) => digit === undefined).length;
	row(condition, `${((100 * right) / count).toFixed(1)} %`, String(refused), '>= 95 %');
	if (values.save)
		console.error(read.flatMap((digit, i) => (digit === test.labels[i] ? [] : [`${i}: ${digit}`])).join(', '));
}
