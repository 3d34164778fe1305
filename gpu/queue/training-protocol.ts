/** The messages between the bot and the training process, over IPC as in protocol.ts. */
import type { TrainEvent } from '../training/train.ts';

/** From the bot. The process gets the run to train as its argument. */
export type ToTrainingProcess =
	/** Ends the training for good. */
	| { readonly type: 'stop' }
	/** Ends the process; the training continues with the next one. */
	| { readonly type: 'pause' };

/** From the training process: any number of events, then exactly one of the others unless it is paused. */
export type FromTrainingProcess =
	| TrainEvent
	| { readonly type: 'done' }
	| { readonly type: 'stopped' }
	/** `user`: it cannot work as requested. `internal`: our fault; the log has the details. */
	| { readonly type: 'failed'; readonly message: string; readonly fault: 'user' | 'internal' };
