/** How much memory a training will take, to be refused before it starts. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { estimatePeakBytes } from '../onnx/memory.ts';
import { buildTrainingStep } from './step.ts';

/** ONNX Runtime takes its memory in growing pieces, and pieces stay partly empty. */
const ARENA_OVERHEAD = 1.35;

/** Node, ONNX Runtime and this program, without any data. */
const PROCESS_BYTES = 0.2e9;

/**
 * Bytes of a training process on the CPU. Measured with the time-conditioned UNet, estimates behind them: D 64 and batch 128
 * 1.33 GB (1.40), D 128 and 256 4.73 GB (5.12), D 32 and 64 0.43 GB (0.50), D 16 and 512 1.17 GB (1.36), D 64 and 32 0.56 GB
 * (0.53).
 */
export function estimateTrainingBytes(definition: NetworkDefinition, batchSize: number): number {
	const step = buildTrainingStep(definition, { batchSize, formulation: 'cpu' });
	return ARENA_OVERHEAD * estimatePeakBytes(step) + PROCESS_BYTES;
}
