/** Times UNet evaluations, next to the same weights in PyTorch. */

import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { openTextEncoder } from '../gpu/models/text-encoders.ts';
import { relativeRms } from '../gpu/tensor/compare.ts';
import { openPeer } from './peer.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

/** One picture without guidance, and with it. */
const BATCHES = [1, 2];

/** The two take turns, so a busy spell of the machine slows both. */
const ROUNDS = 4;
const EVALUATIONS = 8;

/** The fastest shows what the machine can do; a median far from it means that something else was running. */
const STATISTICS = [
	['median', median],
	['fastest', (seconds: readonly number[]) => Math.min(...seconds)],
] as const;

const PROMPTS = ['a photo of a dog', ''];
const T = 500;

export async function benchUNet(directory: string, device: Device & { threads: number }): Promise<Table> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const encoder = await openTextEncoder(directory, device);
	const embeddings = await Promise.all(PROMPTS.map(async (prompt) => (await encoder.encode(prompt)).data));
	const peer =
		device.provider === 'cpu' ? await openPeer(directory, { mode: 'cpu', threads: device.threads }) : undefined;
	const source = new TorchGenerator(0);
	const pictures = PROMPTS.map(() => source.randn(denoiser.shape)); // [3, S, S] each

	const rows: string[][] = [];
	const notes: string[] = [];
	for (const batch of BATCHES) {
		const ours = () =>
			Promise.all(pictures.slice(0, batch).map((x, i) => denoiser.predict(x, T, { prompt: PROMPTS[i] })));
		const theirs = (count: number) =>
			peer?.run({
				x: concatenate(pictures.slice(0, batch).map(({ data }) => data)),
				embedding: concatenate(embeddings.slice(0, batch)),
				t: T,
				batch,
				count,
			});
		const estimate = await ours(); // warms up too
		const reference = await theirs(2);
		const [mine, other]: [number[], number[]] = [[], []];
		for (let round = 0; round < ROUNDS; round++) {
			mine.push(...(await timeEach(EVALUATIONS, ours)));
			other.push(...((await theirs(EVALUATIONS))?.seconds ?? []));
		}
		for (const [what, of] of STATISTICS) {
			const [a, b] = [of(mine), of(other)];
			rows.push([String(batch), what, a.toFixed(4), ...(peer ? [b.toFixed(4), (b / a).toFixed(2)] : ['-', '-'])]);
		}
		if (reference) {
			const difference = relativeRms(concatenate(estimate.map(({ noise }) => noise.data)), reference.noise);
			notes.push(`Batch ${batch}: relative RMS difference of the two estimates ${difference.toExponential(1)}.`);
		}
	}
	await peer?.close();
	await Promise.all([denoiser.close(), encoder.close()]);
	notes.unshift(
		peer
			? `${ROUNDS * EVALUATIONS} evaluations each, in turns; ${peer.name}, fp32. PyTorch computes the prompt's part at every evaluation, as diffusers does; Flipside once per prompt.`
			: 'PyTorch skipped: the interpreter named by FLIPSIDE_PYTHON (or python3) has no torch and diffusers.',
	);
	const header = ['batch', 'statistic', 'Flipside, s', 'PyTorch, s', 'PyTorch / Flipside'];
	return { title: `One UNet evaluation (${device.provider})`, header, rows, notes };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
	return Float32Array.from(parts.flatMap((part) => [...part]));
}
