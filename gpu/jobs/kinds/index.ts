/** Every kind of job. To add one: a file here and a row below, a pipeline in gpu/pipelines, and a command that asks for it. */
import { anagram } from './anagram.ts';
import { denoise } from './denoise.ts';
import { digitAnagram } from './digit-anagram.ts';
import { digitDenoise } from './digit-denoise.ts';
import { digitEdit } from './digit-edit.ts';
import { digitMean } from './digit-mean.ts';
import { digitNoise } from './digit-noise.ts';
import { digits } from './digits.ts';
import { edit } from './edit.ts';
import { embed } from './embed.ts';
import { generate } from './generate.ts';
import { hybrid } from './hybrid.ts';
import { inpaint } from './inpaint.ts';
import { noise } from './noise.ts';
import { toy } from './toy.ts';
import { upscale } from './upscale.ts';

export const JOB_KINDS = {
	generate,
	edit,
	noise,
	denoise,
	inpaint,
	anagram,
	hybrid,
	upscale,
	embed,
	digits,
	'digit-anagram': digitAnagram,
	'digit-noise': digitNoise,
	'digit-denoise': digitDenoise,
	'digit-edit': digitEdit,
	'digit-mean': digitMean,
	toy,
} as const;
