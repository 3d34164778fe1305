/** Measures what /upscale takes: seconds per picture, and memory. */

import type { Device } from '../gpu/device.ts';
import type { JobOf } from '../gpu/jobs/index.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { upscale } from '../gpu/pipelines/upscale.ts';
import { benchContext, EXAMPLE_REF, SAMPLING } from './context.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';

const UPSCALE: JobOf<'upscale'> = {
	kind: 'upscale',
	...SAMPLING,
	guidanceScale: 1,
	image: EXAMPLE_REF,
	noiseLevel: 250,
	prompts: ['a photo of a tower'],
	through: { kind: 'views', views: [] },
};
const TWO = { ...UPSCALE, prompts: ['a photo of a tower', 'a photo of a dog'] };

const JOBS: Readonly<Record<string, JobOf<'upscale'>>> = {
	'one prompt, no guidance': UPSCALE,
	'one prompt, guidance': { ...UPSCALE, guidanceScale: 4 },
	'anagram, flip, no guidance': { ...TWO, through: { kind: 'views', views: ['flip'] } },
	'hybrid, frequency, no guidance': { ...TWO, through: { kind: 'components', decomposition: 'frequency' } },
};

/** @param directory a stage II model */
export async function benchUpscale(directory: string, device: Device): Promise<Table> {
	const before = process.memoryUsage.rss();
	const denoiser = await new ModelLibrary().open(directory, device);
	const context = benchContext(denoiser);
	await upscale({ ...UPSCALE, steps: 1 }, context); // warms up
	const rows: string[][] = [];
	let most = 0;
	for (const [name, job] of Object.entries(JOBS)) {
		let steps = 0;
		const onStep = () => {
			steps++;
			most = Math.max(most, process.memoryUsage.rss());
		};
		const [seconds] = await timeEach(1, () => upscale(job, { ...context, onStep }));
		rows.push([name, seconds.toFixed(2), String(steps), ((1000 * seconds) / steps).toFixed(0)]);
	}
	await denoiser.close();
	const [, size] = denoiser.shape;
	const mebibytes = ((most - before) / 2 ** 20).toFixed(0);
	return {
		title: `A picture four times as large, ${size} x ${size} (${device.provider})`,
		header: ['picture', 'seconds', 'steps', 'ms per step'],
		rows,
		notes: [`One picture each. Model and pictures together took at most ${mebibytes} MiB.`],
	};
}
