/** The network and the loss for each task. */
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { digitJudge } from '../models/digits/judge.ts';
import { digitUnet } from '../models/digits/unet.ts';
import type { Task } from './batches.ts';
import type { Loss } from './losses.ts';

/** @param hidden D of a UNet; the judge has one size only */
export function networkOf(task: Task, hidden: number): { readonly definition: NetworkDefinition; readonly loss: Loss } {
	if (task === 'judge') return { definition: digitJudge(), loss: 'cross-entropy' };
	return { definition: digitUnet(task, hidden), loss: 'mse' };
}
