/** A context to run pipelines in without a bot. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Denoiser } from '../gpu/models/denoiser.ts';
import type { PipelineContext } from '../gpu/pipelines/pipeline.ts';
import { decodeImage } from '../gpu/tensor/image.ts';

/** The picture that every reference resolves to. */
const EXAMPLE = fileURLToPath(new URL('../assets/examples/tower.png', import.meta.url));

/** A reference to EXAMPLE. */
export const EXAMPLE_REF = '0'.repeat(64);

export function benchContext(denoiser: Denoiser, onStep: PipelineContext['onStep'] = () => {}): PipelineContext {
	const [, size] = denoiser.shape;
	return {
		denoiser,
		loadImage: async (_ref, { width = size, height = width, fit } = {}) =>
			decodeImage(await readFile(EXAMPLE), width, height, fit),
		loadBytes: () => readFile(EXAMPLE),
		signal: new AbortController().signal,
		onStep,
	};
}

/** What the jobs of all measurements have in common: the bundled model's guidance, and defaults otherwise. */
export const SAMPLING = {
	model: 'bench',
	seed: 1,
	guidanceScale: 4,
	negativePrompt: '',
	sampler: 'ddpm',
} as const;
