/** What PyTorch made of the digit networks (test/fixtures/digits/make.py). */
import { readFileSync } from 'node:fs';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import type { DigitModel } from '../../../../gpu/jobs/index.ts';
import type { NetworkDefinition } from '../../../../gpu/models/digits/definition.ts';
import { digitJudge } from '../../../../gpu/models/digits/judge.ts';
import { digitUnet } from '../../../../gpu/models/digits/unet.ts';
import type { Batch } from '../../../../gpu/training/trainer.ts';
import { loadTensors, numbers } from '../safetensors-files.ts';

const FOLDER = 'test/fixtures/digits';
export const GOLDEN_HIDDEN = 4;
export const GOLDEN_BATCH = 6;

export type GoldenNetwork = DigitModel | 'judge';

export const golden: {
	readonly seed: number;
	readonly learningRate: number;
	readonly counts: Readonly<Record<string, number>>;
	readonly networks: Readonly<Record<GoldenNetwork, { startSha256: string; losses: readonly number[] }>>;
} = JSON.parse(readFileSync(`${FOLDER}/golden.json`, 'utf8'));

export function goldenDefinition(kind: GoldenNetwork): NetworkDefinition {
	return kind === 'judge' ? digitJudge() : digitUnet(kind, GOLDEN_HIDDEN);
}

/** The tensors of a trained UNet by name, and its output for the first two of goldenBatch. */
export function goldenTensors(kind: DigitModel): { tensors: Record<string, Float32Array>; output: Float32Array } {
	const entries = [...loadTensors(`${FOLDER}/${kind}.safetensors`)].map(([name, tensor]) => [name, numbers(tensor)]);
	const { output, ...tensors } = Object.fromEntries(entries);
	return { tensors, output };
}

/** The batch of make_batch: drawn alike by both generators. */
export function goldenBatch(kind: GoldenNetwork): Batch {
	const generator = new TorchGenerator(golden.seed);
	const pictures = () => generator.randn([GOLDEN_BATCH, 1, 28, 28]).data;
	const x = pictures();
	if (kind === 'judge') return { x, target: oneHot([3, 1, 4, 1, 5, 9]) };
	const target = pictures();
	const t = generator.uniform([GOLDEN_BATCH, 1], 0, 1).data;
	return { x, target, t, c: oneHot([2, 7, undefined, 8, 2, 8]) };
}

/** [B, 10]; undefined: no class. */
function oneHot(classes: readonly (number | undefined)[]): Float32Array {
	const rows = new Float32Array(classes.length * 10);
	for (const [i, digit] of classes.entries()) if (digit !== undefined) rows[10 * i + digit] = 1;
	return rows;
}
