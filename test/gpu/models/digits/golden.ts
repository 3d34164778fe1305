/** PyTorch's results for the digit networks (test/fixtures/digits/make.py). */
import { readFileSync } from 'node:fs';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import type { DigitModel, FlowModel } from '../../../../gpu/jobs/index.ts';
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

function readArrays(file: string): Record<string, Float32Array> {
	const entries = [...loadTensors(`${FOLDER}/${file}.safetensors`)].map(([name, tensor]) => [name, numbers(tensor)]);
	return Object.fromEntries(entries);
}

/**
 * The tensors of a trained UNet by name, and its output for the first two of goldenBatch. For a flow also noise
 * [2, 1, 28, 28] and the result of Euler steps from it.
 */
export function goldenTensors(kind: DigitModel) {
	const { output, noise, samples, ...tensors } = readArrays(kind);
	return { tensors, output, noise, samples };
}

/** The gradients of a flow's loss on goldenBatch before the first step, by parameter name. */
export function goldenGradients(kind: FlowModel): Record<string, Float32Array> {
	const own = Object.entries(readArrays('gradients')).filter(([name]) => name.startsWith(`${kind}.`));
	return Object.fromEntries(own.map(([name, values]) => [name.slice(kind.length + 1), values]));
}

/** The same batch as that of make_batch. */
export function goldenBatch(kind: GoldenNetwork): Batch {
	const generator = new TorchGenerator(golden.seed);
	const pictures = () => generator.randn([GOLDEN_BATCH, 1, 28, 28]).data;
	const x = pictures();
	if (kind === 'judge') return { x, target: oneHot([3, 1, 4, 1, 5, 9]) };
	const target = pictures();
	const t = generator.uniform([GOLDEN_BATCH, 1], 0, 1).data;
	return { x, target, t, c: oneHot([2, 7, undefined, 8, 2, 8]) };
}

/** [B, 10]; undefined without classes. */
function oneHot(classes: readonly (number | undefined)[]): Float32Array {
	const rows = new Float32Array(classes.length * 10);
	for (const [i, digit] of classes.entries()) if (digit !== undefined) rows[10 * i + digit] = 1;
	return rows;
}
