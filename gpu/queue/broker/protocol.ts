/**
 * What a bot and its remote workers say to each other through the broker.
 *
 * A job goes to the queue of one worker, under the id of a placement: a new one each time that it is handed out, so that
 * whatever a worker that was believed dead still does, it does to a placement that nobody asks about any more. How a placement
 * ended stays in the queue until the bot has seen it; the reports below only make the bot look at once. They are published and
 * not stored, so that previews do not fill the broker's append-only file.
 */
import { z } from 'zod';
import type { DeviceName } from '../../device.ts';
import { blobRef, jobSchema } from '../../jobs/index.ts';
import type { DeviceReport } from '../runner.ts';
import type { ToTrainingProcess } from '../training-protocol.ts';

/** Under which name BullMQ knows jobs. */
export const JOB = 'job';

/** A job for one worker. */
export const assignmentSchema = z.object({
	job: jobSchema,
	isShort: z.boolean(),
	/** Files of the bot's data directory that the job reads: where they are in it, and their content. */
	files: z.array(z.object({ path: z.string(), blob: blobRef })),
});
export type Assignment = z.infer<typeof assignmentSchema>;

/** What a worker says of itself. One of another version may say it differently, except for the first two. */
export interface WorkerState {
	/** The machine's name. */
	readonly machine: string;
	/** Which version of Flipside it runs. */
	readonly version: string;
	/** As its executor says. */
	readonly ready: boolean;
	readonly slots: number;
	readonly shortSlots: number;
	readonly devices: readonly DeviceReport[];
	/** Where it trains, and whether that device runs no jobs. */
	readonly training: { readonly device: DeviceName; readonly isReserved: boolean };
	/** How often its list of models has changed. */
	readonly modelsChanged: number;
}

const anyVersion = z.looseObject({ machine: z.string(), version: z.string() });

/** @returns undefined if it is nothing that a worker of any version says */
export function readState(text: string): WorkerState | undefined {
	try {
		return anyVersion.parse(JSON.parse(text)) as unknown as WorkerState;
	} catch {
		return undefined;
	}
}

/** From a worker to the bot. */
export type Report = { readonly worker: string } & (
	| { readonly type: 'state'; readonly state: WorkerState }
	/** It has stopped, and takes no more jobs. */
	| { readonly type: 'gone' }
	| { readonly type: 'started'; readonly placement: string }
	/** Its process is gone, and the worker starts it anew. */
	| { readonly type: 'interrupted'; readonly placement: string }
	| { readonly type: 'ended'; readonly placement: string }
	/** A training has said or written something. */
	| { readonly type: 'news'; readonly placement: string }
	| {
			readonly type: 'progress';
			readonly placement: string;
			readonly done: number;
			readonly total: number;
			/** In base64. */
			readonly preview?: string;
	  }
);

/** From the bot to all of its workers. */
export type Order =
	| { readonly type: 'cancel'; readonly placement: string }
	/** For the process of a training. */
	| { readonly type: 'tell'; readonly placement: string; readonly message: ToTrainingProcess }
	/** Whatever they still run is for a bot that is gone. */
	| { readonly type: 'cancel all' };

/** Why a placement failed in BullMQ's eyes: the worker stops, and somebody else has to run the job. */
export const GIVEN_BACK = 'given back';

/** The same: the process that ran the job died. */
export const DIED = 'died';
