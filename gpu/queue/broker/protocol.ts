/**
 * What a bot and its remote workers say to each other through the broker.
 *
 * A job goes to the queue of one worker, under the id of a placement: a new one each time that it is handed out, so that
 * whatever a worker that was believed dead still does, it does to a placement that nobody asks about any more. How a placement
 * ended stays in the queue until the bot has seen it; the reports below only make the bot look at once. They are published and
 * not stored, so that previews do not fill the broker's append-only file.
 */
import * as z from 'zod';
import { blobRef, type JobImage, type JobResult, jobSchema } from '../../jobs/index.ts';
import type { JobEnd } from '../runner.ts';
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

/** More than any job makes or says: a worker that was taken over must not use up the bot's memory. */
const MAX_IMAGES = 1000;
const MAX_NOTES = 100;

/** In characters of base64; a preview is a small picture of some kilobytes. */
const MAX_PREVIEW = 2 ** 20;

const sentence = z.string().max(10_000);
const count = z.int().min(0);
const measure = z.number().optional();

const jobImage = z.object({
	blob: blobRef,
	width: count,
	height: count,
	seed: z.number(),
	role: z.string().optional(),
	t: measure,
	psnr: measure,
	blur: z.object({ sigma: z.number(), kernel: z.number() }).optional(),
	sigma: measure,
	distance: measure,
	score: measure,
} satisfies Record<keyof JobImage, z.ZodType>);

const jobResult = z.object({
	images: z.array(jobImage).max(MAX_IMAGES),
	file: blobRef.optional(),
	seconds: measure,
	notes: z.array(sentence).max(MAX_NOTES),
} satisfies Record<keyof JobResult, z.ZodType>);

const id = z.string().max(200);

/** How a job ended, as the worker tells BullMQ; the id is the placement's. */
export const jobEnd: z.ZodType<JobEnd> = z.discriminatedUnion('type', [
	z.object({ id, type: z.literal('done'), result: jobResult }),
	z.object({ id, type: z.literal('failed'), message: sentence, fault: z.enum(['user', 'internal']) }),
	z.object({ id, type: z.literal('cancelled') }),
]);

/** What to do where bot and worker are of these two versions, each with its build: "0.1.0+5c1d61a5e7b2". */
export function remedyFor(one: string, other: string): string {
	const [first, second] = [one, other].map((version) => version.split('+')[0]);
	return first === second
		? 'bring both to the same commit, without changes of your own in gpu/'
		: 'update the older one';
}

/** What every version of a worker says of itself; the rest is read by worker-state.ts. */
export const anyVersion = z.looseObject({ machine: z.string(), version: z.string() });

const worker = z.string();
const placement = id;
const about = <Type extends string>(type: Type) => z.object({ worker, type: z.literal(type), placement });

/** From a worker to the bot. */
export const reportSchema = z.discriminatedUnion('type', [
	z.object({ worker, type: z.literal('state'), state: anyVersion }),
	/** It has stopped, and takes no more jobs. */
	z.object({ worker, type: z.literal('gone') }),
	about('started'),
	/** Its process is gone, and the worker starts it anew. */
	about('interrupted'),
	about('ended'),
	/** A training has said or written something. */
	about('news'),
	about('progress').extend({
		done: z.number().min(0),
		total: z.number().min(0),
		/** In base64. */
		preview: z.base64().max(MAX_PREVIEW).optional(),
	}),
]);
export type Report = z.infer<typeof reportSchema>;

/** From the bot to all of its workers. */
export const orderSchema = z.discriminatedUnion('type', [
	z.object({ type: z.literal('cancel'), placement }),
	/** For the process of a training. */
	z.object({
		type: z.literal('tell'),
		placement,
		message: z.object({ type: z.enum(['stop', 'pause']) }) satisfies z.ZodType<ToTrainingProcess>,
	}),
	/** Whatever they still run is for a bot that is gone. */
	z.object({ type: z.literal('cancel all') }),
]);
export type Order = z.infer<typeof orderSchema>;

/** Why a placement failed in BullMQ's eyes: the worker stops, and somebody else has to run the job. */
export const GIVEN_BACK = 'given back';

/** The same: the process that ran the job died. */
export const DIED = 'died';
