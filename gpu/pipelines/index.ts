/** The pipeline of each kind of job: a row for every row in gpu/jobs/kinds/index.ts. */
import type { JobKindOver } from '../jobs/index.ts';
import { anagram } from './anagram.ts';
import { denoise } from './denoise.ts';
import { digitAnagram } from './digits/anagram.ts';
import { digits } from './digits/digits.ts';
import { digitEdit } from './digits/edit.ts';
import { digitMean } from './digits/mean.ts';
import { digitDenoise, digitNoise } from './digits/noise.ts';
import type { DigitPipeline } from './digits/pipeline.ts';
import { forwardProcess } from './forward-process.ts';
import { hybrid } from './hybrid.ts';
import { inpaint } from './inpaint.ts';
import type { StagedPipeline } from './pipeline.ts';
import type { PlanePipeline } from './plane/pipeline.ts';
import { toy } from './plane/toy.ts';
import { sdedit } from './sdedit.ts';
import { embed } from './text/embed.ts';
import type { TextPipeline } from './text/pipeline.ts';
import { textToImage } from './text-to-image.ts';
import { thenUpscale } from './upscale/then-upscale.ts';
import { upscale } from './upscale.ts';

export const PIPELINES: { readonly [K in JobKindOver<'pictures'>]: StagedPipeline<K> } = {
	generate: thenUpscale(textToImage),
	edit: thenUpscale(sdedit),
	noise: forwardProcess,
	denoise,
	inpaint,
	anagram: thenUpscale(anagram),
	hybrid: thenUpscale(hybrid),
	upscale,
};

export const TEXT_PIPELINES: { readonly [K in JobKindOver<'text'>]: TextPipeline<K> } = { embed };

export const DIGIT_PIPELINES: { readonly [K in JobKindOver<'digits'>]: DigitPipeline<K> } = {
	digits,
	'digit-anagram': digitAnagram,
	'digit-noise': digitNoise,
	'digit-denoise': digitDenoise,
	'digit-edit': digitEdit,
	'digit-mean': digitMean,
};

export const PLANE_PIPELINES: { readonly [K in JobKindOver<'plane'>]: PlanePipeline<K> } = { toy };
