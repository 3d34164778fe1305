/** Saves a training to disk as it runs, and finds it there again. Neither a full disk nor a damaged file stops it. */
import { basename } from 'node:path';
import { isFullDisk, ModelError } from '../errors.ts';
import type { NetworkDefinition } from '../models/digits/definition.ts';
import { type Checkpoint, loadCheckpoint, saveCheckpoint, saveWeights } from './checkpoint.ts';
import {
	checkpointSteps,
	epochFile,
	type LossPoint,
	type RunStatus,
	removeOldCheckpoints,
	removeUnfinished,
	stepFile,
	writeLosses,
	writeStatus,
} from './runs.ts';
import type { TrainerState } from './trainer-state.ts';
import type { Warning } from './warning.ts';

/** If something does not fit on the disk, that is not an error: a warning reports it and the method returns false. */
export interface CheckpointWriter {
	/** The newest undamaged checkpoint; a warning reports damaged newer ones. Removes half-written files. */
	newest(): Promise<Checkpoint | undefined>;
	/** Saves everything that resuming needs. */
	keepCheckpoint(checkpoint: Checkpoint): Promise<boolean>;
	/** Saves the weights after an epoch, to sample from; what did not fit is retried with the next epoch. */
	keepEpoch(epoch: number, state: TrainerState): Promise<boolean>;
	/** Retries the weights that did not fit. */
	keepLateEpochs(): Promise<boolean>;
	/** Saves what people see. */
	keepStatus(status: RunStatus, points: readonly LossPoint[]): Promise<boolean>;
}

export type CheckpointWriterEvent = { readonly type: 'checkpoint'; readonly epoch: number } | Warning;

export function createCheckpointWriter(
	folder: string,
	definition: NetworkDefinition,
	onEvent: (event: CheckpointWriterEvent) => void,
): CheckpointWriter {
	/** Weights of epochs that are not on disk yet, in order. */
	const late = new Map<number, TrainerState>();
	/** What did not fit at its last attempt. While there is any, there is no further warning: small files may still fit. */
	const refused = new Set<string>();
	/** That warning. */
	let warned = '';

	/** Disks fill up and are cleared again: what has been learned is worth more than the file. */
	async function attempt(what: string, write: () => Promise<void>): Promise<boolean> {
		try {
			await write();
			if (refused.delete(what) && refused.size === 0) {
				const message = 'There is room on the disk again, and everything has been saved.';
				onEvent({ type: 'warning', message, replaces: warned });
			}
			return true;
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === undefined) throw error;
			const reason = isFullDisk(error) ? 'The disk is full' : `The disk refused a file (${code})`;
			const message = `${reason}: ${what} could not be saved in ${folder}; make room there: the training continues and will try again.`;
			if (refused.size === 0) {
				warned = message;
				onEvent({ type: 'warning', message });
			}
			refused.add(what);
			return false;
		}
	}

	async function keepLateEpochs(): Promise<boolean> {
		for (const [epoch, state] of late) {
			const write = () => saveWeights(epochFile(folder, epoch), definition, state, { dtype: 'float16' });
			if (!(await attempt(`the weights of epoch ${epoch}`, write))) return false;
			late.delete(epoch);
			onEvent({ type: 'checkpoint', epoch });
		}
		return true;
	}

	return {
		async newest() {
			await removeUnfinished(folder);
			const useless: string[] = [];
			const tell = (instead: string) => {
				if (useless.length === 0) return;
				const which = useless.length === 1 ? 'The checkpoint is' : 'The checkpoints are';
				const message = `${which} damaged, so the training ${instead}: ${useless.join('; ')}.`;
				onEvent({ type: 'warning', message });
			};
			for (const step of await checkpointSteps(folder)) {
				const file = stepFile(folder, step);
				try {
					const checkpoint = await loadCheckpoint(file, definition);
					tell(`continues from ${basename(file)}`);
					return checkpoint;
				} catch (error) {
					if (!(error instanceof ModelError)) throw error;
					useless.push(`${basename(file)} (${error.message.replace(`${file}: `, '')})`);
				}
			}
			tell('starts over from step 0');
			return undefined;
		},

		keepCheckpoint: (checkpoint) =>
			attempt('the latest checkpoint', async () => {
				await saveCheckpoint(stepFile(folder, checkpoint.state.steps), definition, checkpoint);
				await removeOldCheckpoints(folder);
			}),

		keepEpoch(epoch, state) {
			late.set(epoch, state);
			return keepLateEpochs();
		},

		keepLateEpochs,

		keepStatus: (status, points) =>
			attempt('the losses', async () => {
				await writeLosses(folder, points);
				await writeStatus(folder, status);
			}),
	};
}
