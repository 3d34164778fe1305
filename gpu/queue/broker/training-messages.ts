/**
 * What a bot and a remote worker say to each other about a training. It is handed over as jobs are, under the id of a
 * placement. Whatever its process says and writes goes into a stream on the broker, and stays there until the bot has taken it
 * in; that of a placement that is over is read by nobody.
 */
import * as z from 'zod';
import { blobRef, trainingPlan } from '../../jobs/index.ts';
import { runFile } from '../../training/run-files.ts';
import { lossPoint, runId } from '../../training/runs.ts';
import type { ProcessEnd } from '../training-host.ts';
import type { FromTrainingProcess } from '../training-protocol.ts';

/** Under which name BullMQ knows trainings. */
export const TRAINING = 'training';

/** More would be no file of a training: in parts of 4 MiB, 1 GiB. */
const MAX_PARTS = 256;

/** A file on its way: which one of its run, and its content, which may be long. */
const cargo = z.object({ file: runFile, parts: z.array(blobRef).max(MAX_PARTS) });
export type RunCargo = z.infer<typeof cargo>;

/** A training for one worker, with the checkpoints that it can be resumed from. */
export const trainingAssignment = z.object({ run: runId, plan: trainingPlan, files: z.array(cargo) });
export type TrainingAssignment = z.infer<typeof trainingAssignment>;

const sentence = z.string().max(2000);
const count = z.int().min(0);
/** JSON has no NaN, which is a pace before it is known. */
const seconds = z
	.number()
	.nullable()
	.transform((value) => value ?? Number.NaN);

const fromTrainingProcess = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('progress'),
		step: count,
		steps: count,
		epoch: count,
		loss: z.number(),
		points: z.array(lossPoint).readonly(),
		secondsPerStep: seconds,
		etaSeconds: seconds,
	}),
	z.object({ type: z.literal('checkpoint'), epoch: count }),
	z.object({ type: z.literal('warning'), message: sentence, replaces: sentence.optional() }),
	z.object({ type: z.enum(['done', 'stopped']) }),
	z.object({ type: z.literal('failed'), message: sentence, fault: z.enum(['user', 'internal']) }),
]) satisfies z.ZodType<FromTrainingProcess>;

/** One entry of that stream: files that have changed, and what the process said when they had. */
export const trainingNews = z.object({
	files: z.array(cargo),
	message: fromTrainingProcess.optional(),
	/** The process is gone, and nothing follows. */
	isLast: z.boolean().optional(),
});
export type TrainingNews = z.infer<typeof trainingNews>;

/** The training that was last handed out, for the bot's next start. */
export const lastTraining = z.object({ run: runId, placement: z.string(), machine: z.string(), where: z.string() });
export type LastTraining = z.infer<typeof lastTraining>;

/** How a training process ended, as the worker tells BullMQ. */
export const trainingEnd = z.object({ how: sentence, words: sentence.optional() }) satisfies z.ZodType<ProcessEnd>;
