/** diffusers' upscale of a small picture, from test/fixtures/diffusion/make_upscale_sample.py. */
import { readFileSync } from 'node:fs';
import type { Packed } from '../diffusion/golden.ts';

interface UpscaleSample {
	config: Record<string, unknown>;
	seed: number;
	steps: number;
	guidanceScale: number;
	noiseLevel: number;
	embeddingSeeds: { conditional: number; unconditional: number };
	picture: Packed;
	/** The picture enlarged four times, before noising. */
	enlarged: Packed;
	result: Packed;
}

export const upscaleSample: UpscaleSample = JSON.parse(
	readFileSync(new URL('../../fixtures/diffusion/upscale-sample.json', import.meta.url), 'utf8'),
);
