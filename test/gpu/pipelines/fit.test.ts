/** Checks that every pipeline gets its picture cropped, squashed or padded as its job says. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Fit, Job, JobKindOver } from '../../../gpu/jobs/index.ts';
import { PIPELINES } from '../../../gpu/pipelines/index.ts';
import type { StagedPipeline } from '../../../gpu/pipelines/pipeline.ts';
import { decodeImage, encodePng } from '../../../gpu/tensor/image.ts';
import type { Tensor } from '../../../gpu/tensor/tensor.ts';
import { INPAINTING, SAMPLING, SIDE, toyContext, wholly } from './toy.ts';

const image = 'a'.repeat(64);

/** Three squares side by side: black, white, black. */
const wide = await sharp({ create: { width: 24, height: 24, channels: 3, background: 'white' } })
	.extend({ left: 24, right: 24, background: 'black' })
	.png()
	.toBuffer();

const context = () =>
	toyContext({
		loadBytes: async () => wide,
		loadImage: (_, { width = SIDE, height = width, fit } = {}) => decodeImage(wide, width, height, fit),
	});

const pipelineOf = (job: Job) =>
	wholly(PIPELINES[job.kind as keyof typeof PIPELINES] as StagedPipeline<JobKindOver<'pictures'>>);

/** The original among the pictures that a job makes. */
async function originalOf(job: Job): Promise<Tensor> {
	const { images } = await pipelineOf(job)(job as never, context());
	return images.find(({ role }) => role === 'original')!.pixels;
}

const JOBS: readonly Job[] = [
	{ ...SAMPLING, kind: 'edit', prompt: 'sky', image, starts: [3] },
	{ kind: 'noise', model: 'toy', seed: 1, image, levels: [500] },
	{ ...SAMPLING, kind: 'denoise', prompt: 'sky', image, method: 'blur', levels: [500], states: 'strip' },
	{ ...INPAINTING, area: { by: 'region', region: [0.4, 0.2, 0.2, 0.6] } },
];

describe.each(JOBS)('$kind', (job) => {
	test.each(['squash', 'pad', undefined] as const)('%s', async (fit?: Fit) => {
		expect(await originalOf({ ...job, fit } as Job)).toEqual(await decodeImage(wide, SIDE, SIDE, fit));
	});
});

test('a hybrid and an upscale get their picture as their jobs say', async () => {
	const made = async (job: Job) => {
		const { images } = await pipelineOf(job)(job as never, context());
		return encodePng(images[0].pixels);
	};
	const hybrid: Job = { ...SAMPLING, kind: 'hybrid', prompts: ['sky'], decomposition: 'color', reference: image };
	const views = { kind: 'views' as const, views: [] };
	const upscale: Job = { ...SAMPLING, kind: 'upscale', prompts: ['sky'], image, noiseLevel: 250, through: views };
	const squashed = await made({ ...hybrid, fit: 'squash' });
	expect(squashed.equals(await made(hybrid))).toBe(false);
	const asked: unknown[] = [];
	const watched = toyContext({
		loadImage: async (_, shape) => {
			asked.push(shape);
			return decodeImage(wide, SIDE / 4, SIDE / 4, shape?.fit);
		},
	});
	await PIPELINES.upscale({ ...upscale, fit: 'pad' } as never, watched);
	expect(asked).toEqual([{ width: SIDE / 4, fit: 'pad' }]);
});

test('a whole picture is not fitted', async () => {
	const whole = { ...INPAINTING, whole: true as const, area: { by: 'region', region: [0.4, 0.4, 0.2, 0.2] } };
	for (const fit of ['crop', 'squash', 'pad'] as const) {
		expect(await originalOf({ ...whole, fit } as Job)).toEqual(await decodeImage(wide, 72, 24));
	}
});
