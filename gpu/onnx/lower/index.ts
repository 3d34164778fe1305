/** The lowering rules of each device. */
import { availableParallelism } from 'node:os';
import type { Device, Provider } from '../../device.ts';
import { findConvolutionBlock } from './cpu/find-block.ts';
import { cpuRules, cpuRulesForConstants } from './cpu.ts';
import { CUDA_RULES } from './cuda.ts';
import type { Rule } from './lower.ts';
import { WEBGPU_RULES } from './webgpu.ts';

/** The rules that lower a training graph for `provider`; those of the CPU are of the one that this runs on. */
export async function rulesFor(provider: Provider): Promise<readonly Rule[]> {
	if (provider === 'cpu') return cpuRules(await findConvolutionBlock());
	return provider === 'cuda' ? CUDA_RULES : WEBGPU_RULES;
}

/** As rulesFor, for a network whose weights are constants that may be copied (SessionOptions.prefer: `speed`). */
export async function rulesForConstants({
	provider,
	threads = availableParallelism(),
}: Device): Promise<readonly Rule[]> {
	return provider === 'cpu' ? cpuRulesForConstants(threads, await findConvolutionBlock()) : [];
}
