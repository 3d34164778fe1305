/** Checks that an option is rejected exactly when it makes no difference to the picture. */
import { isDeepStrictEqual } from 'node:util';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { isDigitJob, type Job, type JobKindOver } from '../../../gpu/jobs/index.ts';
import type { Condition } from '../../../gpu/models/denoiser.ts';
import { DIGIT_PIPELINES, PIPELINES } from '../../../gpu/pipelines/index.ts';
import type { Pipeline, PipelineContext, PipelineResult } from '../../../gpu/pipelines/pipeline.ts';
import { decodeImage } from '../../../gpu/tensor/image.ts';
import { map, type Tensor } from '../../../gpu/tensor/tensor.ts';
import { ToyDigitDenoiser, toyDigitContext } from '../../gpu/pipelines/digits/toy-digits.ts';
import { SIDE, ToyDenoiser, toyContext, wholly } from '../../gpu/pipelines/toy.ts';
import { jobTyped, refusalOf } from '../typed.ts';

/** A network that misses a tenth of the noise, so different ways to a picture give different pictures. */
class InexactDenoiser extends ToyDenoiser {
	override async predict(x: Tensor, t: number, condition: Condition) {
		const { noise, variance } = await super.predict(x, t, condition);
		const shown = condition.lowResolution?.data;
		return { noise: map(noise, (value, i) => 0.9 * value + (shown ? 0.1 * shown[i] : 0)), variance };
	}
}

class InexactDigitDenoiser extends ToyDigitDenoiser {
	override async predict(...given: Parameters<ToyDigitDenoiser['predict']>) {
		const { noise, variance } = await super.predict(...given);
		return { noise: map(noise, (value) => 0.9 * value), variance };
	}
}

/** A picture that is not square, has no two equal neighbours, and is larger than the model's. */
const photo = await sharp(
	Uint8Array.from({ length: 3 * 30 * 20 }, (_, i) => (i * 89) % 251),
	{ raw: { width: 30, height: 20, channels: 3 } },
)
	.png()
	.toBuffer();

const pictures = (): PipelineContext => ({
	...toyContext({
		loadBytes: async () => photo,
		loadImage: (_, { width = SIDE, height = width, fit } = {}) => decodeImage(photo, width, height, fit),
	}),
	denoiser: new InexactDenoiser(),
});

async function pixelsOf(line: string): Promise<readonly Tensor[]> {
	const job: Job = await jobTyped(line, { unchecked: true });
	type Run = (...given: unknown[]) => Promise<PipelineResult>;
	const kind = job.kind as JobKindOver<'pictures'>;
	const { images } = isDigitJob(job)
		? await (DIGIT_PIPELINES[job.kind] as Run)(
				job,
				toyDigitContext({ openDenoiser: async () => new InexactDigitDenoiser() }),
			)
		: await wholly(PIPELINES[kind] as Pipeline<typeof kind>, new InexactDenoiser(4 * SIDE))(job as never, pictures());
	return images.filter(({ role }) => role !== 'original' && role !== 'mask').map(({ pixels }) => pixels);
}

const region = '--region 0.4,0.4,0.3,0.3';

/** Every way to make pictures in which different options matter. */
const WAYS = [
	'generate sky',
	'generate sky --guidance 1',
	'edit a.png sky --start 10 --guidance 1',
	'edit a.png sky --start 10',
	'noise a.png',
	'denoise a.png --method blur',
	...['one-step', 'iterative', 'compare'].flatMap((method) => [
		`denoise a.png sky --method ${method}`,
		`denoise a.png sky --method ${method} --guidance 3`,
	]),
	`inpaint a.png sky ${region}`,
	`inpaint a.png sky ${region} --guidance 1 --size model`,
	'inpaint a.png sky --mask b.png --rule clean --size model',
	`inpaint a.png sky ${region} --rule repaint --size model`,
	`inpaint a.png sky ${region} --rule repaint --resamples 1 --size model`,
	'anagram sky stripes',
	'anagram sky stripes --guidance 1',
	'hybrid sky stripes --kind color',
	'hybrid sky --kind color --reference a.png --guidance 1',
	'upscale a.png sky',
	'upscale a.png sky --guidance 1',
	'mnist sample 3',
	'mnist sample 3 --model flow-class --steps 5',
	'mnist anagram 6 9',
	'mnist anagram 6 9 --model flow-class --steps 5 --guidance 1',
	'mnist noise --digit 7',
	'mnist denoise --digit 7',
	'mnist denoise --input noise',
	'mnist denoise --digit 7 --model flow-class --t 0.2 --steps 5',
	'mnist denoise --digit 7 --model flow-class --as 3 --t 0.2 --steps 5',
	'mnist denoise --digit 7 --model flow-time --t 0.2 --steps 5',
];

/** A value other than the default, for each option. */
const OTHERWISE: Readonly<Record<string, string>> = {
	...{
		prompt: 'stripes',
		negative: 'stripes',
		guidance: '2',
		'guidance-range': '500,999',
		seed: '5',
		count: '2',
		tries: '2',
		noise: '400',
	},
	...{ steps: '20', timesteps: 'fast27', sampler: 'ddim', fit: 'squash', feather: '1', size: 'model', rule: 'clean' },
	...{ jump: '2', resamples: '3', enlarge: 'plain', method: 'blur', sigma: '1.5', kernel: '3', t: '100', start: '12' },
	...{ digits: '4', model: 'time', turned: '4', digit: '2', as: '4', input: 'noise' },
};

/** Options for files, installed models or animations of the same pictures. */
const NOT_COMPARED = new Set(['image', 'mask', 'reference', 'embeddings', 'animate', 'eta', 'region', 'run', 'epoch']);

const IDLE = /^(.*) would have no effect: /;

describe.each(WAYS)('%s', (line) => {
	const command = commands.filter(({ name }) => line.startsWith(name)).sort((a, b) => b.name.length - a.name.length)[0];
	const options = Object.keys(command.options).filter(
		(name) =>
			name in OTHERWISE &&
			!NOT_COMPARED.has(name) &&
			!line.includes(`--${name} `) &&
			!(command.options[name].kind === 'model') &&
			!(command.options[name].kind === 'text' && command.options[name].positional),
	);

	let plain: Promise<readonly Tensor[]> | undefined;

	test.each(options)('--%s changes the picture or is rejected', async (name) => {
		const typed = `${line} --${name} ${OTHERWISE[name]}`;
		const refusal = await refusalOf(typed);
		const isIdle =
			refusal?.split('. ').some((sentence) =>
				IDLE.exec(sentence)?.[1]
					.split(/, and |, | and /)
					.includes(name),
			) ?? false;
		// Options that conflict for other reasons are rejected with other sentences.
		if (refusal !== undefined && !IDLE.test(refusal)) return;
		plain ??= pixelsOf(line);
		const [without, having] = await Promise.all([plain, pixelsOf(typed)]);
		expect([isIdle, typed]).toEqual([isDeepStrictEqual(having, without), typed]);
	});
});
