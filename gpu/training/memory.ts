/** How much memory a training will take, so that one that is too large is refused before it starts. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { dtypeBytes } from '../onnx/dtype.ts';
import { cpuRules } from '../onnx/lower/cpu.ts';
import { lower } from '../onnx/lower/lower.ts';
import { expectedPeakBytes } from '../onnx/memory.ts';
import { flatLength } from './flat.ts';
import { buildTrainingStep } from './step.ts';

/** ONNX Runtime allocates memory in growing pieces that stay partly empty. */
const ARENA_OVERHEAD = 1.45;

/** The size of Node, ONNX Runtime and this program, without any data. */
const PROCESS_BYTES = 0.2e9;

/** Copies of parameters and moments outside the graph: one to make a checkpoint from, and the checkpoint's file. */
const COPIES = 2;
const COPIED_VECTORS = 3;

/**
 * The bytes of a training process on the CPU. Measured with the class-conditioned UNet, with the estimates in brackets: D 64
 * and batch 128 1.35 GB (1.55), D 128 and 256 4.80 GB (5.73), D 32 and 64 0.44 GB (0.54), D 16 and 512 1.20 GB (1.46), D 64
 * and 32 0.57 GB (0.61), D 256 and 4 2.14 GB (2.47).
 */
export function expectedTrainingBytes(definition: NetworkDefinition, batchSize: number): number {
	const step = buildTrainingStep(definition, { batchSize });
	lower(step, cpuRules());
	const copied = COPIES * COPIED_VECTORS * flatLength(definition.parameters) * dtypeBytes('float32');
	return ARENA_OVERHEAD * expectedPeakBytes(step) + copied + PROCESS_BYTES;
}
