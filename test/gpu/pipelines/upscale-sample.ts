/** What diffusers' stage II pipelines make of a small picture, from test/fixtures/diffusion/make_upscale_sample.py. */
import { readFileSync } from 'node:fs';
import type { Packed } from '../diffusion/golden.ts';

interface Enlarged {
	noiseLevel: number;
	result: Packed;
}

interface UpscaleSample {
	config: Record<string, unknown>;
	seed: number;
	steps: number;
	guidanceScale: number;
	embeddingSeeds: { conditional: number; unconditional: number };
	picture: Packed;
	/** The picture enlarged four times, before noising. */
	enlarged: Packed;
	/** What the small picture was made from, at the large size. */
	original: Packed;
	/** What was redrawn of it. */
	mask: Packed;
	plain: Enlarged;
	img2img: (Enlarged & { strength: number })[];
	inpainting: (Enlarged & { strength: number })[];
}

export const upscaleSample: UpscaleSample = JSON.parse(
	readFileSync(new URL('../../fixtures/diffusion/upscale-sample.json', import.meta.url), 'utf8'),
);
