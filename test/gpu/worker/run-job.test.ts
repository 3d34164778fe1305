/** Jobs with a small random network: what is marked, and when a damaged mark is noticed. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import type { Job } from '../../../gpu/jobs/index.ts';
import type { OpenedDenoiser } from '../../../gpu/models/denoiser.ts';
import { readWatermark } from '../../../gpu/models/watermark.ts';
import { runJob, type Workshop } from '../../../gpu/worker/run-job.ts';
import { bands } from '../../fakes/fake-runner.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { openTinyIf } from '../pipelines/tiny-if.ts';

const MARKED = fileURLToPath(new URL('../../fixtures/deepfloyd/watermark', import.meta.url));

const sampling = { model: 'tiny', seed: 1, sampler: 'ddpm', steps: 2, guidanceScale: 1, negativePrompt: '' } as const;

let denoiser: OpenedDenoiser;
beforeAll(async () => {
	denoiser = await openTinyIf({ conditional: 1, unconditional: 2 }, { sampleSize: 64 });
});
afterAll(() => denoiser.close());

const blobs = memoryBlobs();

/** Runs a job; `uses` counts how often the model was asked for. */
async function run(job: Job, watermark: Workshop['models']['watermark']) {
	let uses = 0;
	const models = {
		watermark,
		use: async <R>(_name: string, work: (opened: OpenedDenoiser) => Promise<R>) => {
			uses++;
			return work(denoiser);
		},
	};
	const workshop = { blobs, models } as unknown as Workshop;
	const ended = runJob(job, workshop, { signal: new AbortController().signal, onStep: () => {} });
	return { result: await ended.catch((error: Error) => error), uses };
}

/** Which pictures of a job a mark changes, by role. */
async function changed(job: Job): Promise<readonly string[]> {
	const [marked, plain] = [await run(job, () => readWatermark(MARKED)), await run(job, async () => undefined)];
	if (marked.result instanceof Error) throw marked.result;
	if (plain.result instanceof Error) throw plain.result;
	const { images } = plain.result;
	return marked.result.images.filter(({ blob }, i) => blob !== images[i].blob).map(({ role = 'result' }) => role);
}

const image = await blobs.put(await bands(1, 1));

describe('a mark is put', () => {
	test.each<[string, Job, readonly string[]]>([
		['on what is generated', { kind: 'generate', ...sampling, prompt: 'a dog', count: 2 } as Job, ['result', 'result']],
		[
			'on edits, but not on their original',
			{ kind: 'edit', ...sampling, prompt: 'a dog', image, fit: 'squash', starts: [0] } as Job,
			['result'],
		],
		[
			'on no exercise’s pictures',
			{
				kind: 'denoise',
				...sampling,
				prompt: 'a dog',
				image,
				fit: 'squash',
				method: 'compare',
				levels: [500],
				states: 'strip',
			} as Job,
			[],
		],
	])('%s', async (_, job, expected) => {
		expect(await changed(job)).toEqual(expected);
	});
});

test('a damaged mark is noticed before the work', async () => {
	const damaged = async () => {
		throw new ModelError('watermarker: cut off');
	};
	const { result, uses } = await run({ kind: 'generate', ...sampling, prompt: 'a dog', count: 1 } as Job, damaged);
	expect([result, uses]).toEqual([new ModelError('watermarker: cut off'), 0]);
});
