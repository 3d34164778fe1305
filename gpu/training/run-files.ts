/** The files of a run that change while it is trained, named without their paths: no such name leads out of the run's folder. */
import { join } from 'node:path';
import * as z from 'zod';
import { checkpointSteps, epochFile, epochsIn, stepFile } from './runs.ts';

export const runFile = z.discriminatedUnion('kind', [
	z.object({ kind: z.enum(['losses', 'status']) }),
	z.object({ kind: z.enum(['step', 'epoch']), number: z.int().min(0) }),
]);
export type RunFile = z.infer<typeof runFile>;

export function pathOf(folder: string, file: RunFile): string {
	switch (file.kind) {
		case 'losses':
			return join(folder, 'loss.csv');
		case 'status':
			return join(folder, 'status.json');
		case 'step':
			return stepFile(folder, file.number);
		case 'epoch':
			return epochFile(folder, file.number);
	}
}

/** The checkpoints from which a run can be resumed. */
export async function checkpointsOf(folder: string): Promise<RunFile[]> {
	return (await checkpointSteps(folder)).map((number) => ({ kind: 'step', number }));
}

/** Weights first, and last the status, which tells of all others. The last two may be missing. */
export async function filesOf(folder: string): Promise<RunFile[]> {
	const epochs = (await epochsIn(folder)).map((number) => ({ kind: 'epoch', number }) as const);
	return [...epochs, ...(await checkpointsOf(folder)), { kind: 'losses' }, { kind: 'status' }];
}
