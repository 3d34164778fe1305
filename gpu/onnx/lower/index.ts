/** The lowering rules of each device. */
import type { Provider } from '../../device.ts';
import { findConvolutionBlock } from './cpu/find-block.ts';
import { cpuRules } from './cpu.ts';
import { CUDA_RULES } from './cuda.ts';
import type { Rule } from './lower.ts';
import { WEBGPU_RULES } from './webgpu.ts';

/** The rules that lower a graph for `provider`; those of the CPU are of the one that this runs on. */
export async function rulesFor(provider: Provider): Promise<readonly Rule[]> {
	if (provider === 'cpu') return cpuRules(await findConvolutionBlock());
	return provider === 'cuda' ? CUDA_RULES : WEBGPU_RULES;
}
