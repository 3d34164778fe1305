/** Runs the requests of the course's figures one after the other, and keeps what was made. */

import { type Edition, isDigitJob, type Job, UserError } from '../../gpu/jobs/index.ts';
import type { ModelList, ModelSummary } from '../../gpu/queue/runner.ts';
import type { Command, CommandContext, FinishedJob, Reply } from '../lib/command.ts';
import { findCommand } from '../lib/find-command.ts';
import { idleOptions } from '../lib/idle-options.ts';
import type { RawOptions, Upload } from '../lib/options.ts';
import { parseOptions } from '../lib/parse-options.ts';
import { performOnce, resultKey } from '../lib/perform-once.ts';
import { requestLine } from '../lib/request-line.ts';
import type { ShippedEpochs } from '../mnist/shipped.ts';
import { loadExample } from './examples.ts';
import type { CourseFigure, FigureRequest } from './figure.ts';
import type { OwnRuns } from './own-runs.ts';
import type { Recordings } from './recorded.ts';

/** What every request of the report has in common. */
export interface Report {
	/** The commands that requests may name. */
	readonly commands: readonly Command[];
	readonly models: ModelList;
	/** The stage I model; stage II is the first one installed. */
	readonly model: ModelSummary;
	readonly edition: Edition;
	/** Trainings that Part B is made from, instead of the digit networks that come with the bot. */
	readonly own: OwnRuns;
	/** What is shown of earlier epochs where there is no such training. */
	readonly recorded: Recordings;
	/** The epochs after which there are weights of the bot's own digit networks. */
	readonly shipped: ShippedEpochs;
	/** An identifier of the digit networks' weights that come with the bot: other weights have another one. */
	readonly digits: string;
	readonly seed: number;
	/** Only a few steps: shows that everything works, not how good it looks. */
	readonly quick: boolean;
}

/** A picture that a line names, for the person who types it. */
export interface InputFile extends Upload {
	readonly bytes: Uint8Array;
}

export interface MadeRequest {
	/** The line to type to make it again. */
	readonly line: string;
	/** The file that the line needs: attached in a chat, in the folder on the command line. */
	readonly file?: InputFile;
	/** The answer, or why there is none. */
	readonly reply: Reply | { readonly failure: string };
}

export interface MadeFigure {
	readonly figure: CourseFigure;
	/** The requests of each of its rows. */
	readonly rows: readonly (readonly MadeRequest[])[];
}

const requestsOf = ({ rows }: CourseFigure) => rows.flatMap(({ requests }) => requests);

/** Stands for a picture that has not been made yet. */
const FUTURE_PICTURE: Upload = { blob: '0'.repeat(64), name: 'picture.png' };

/** The same context with another way to perform jobs. It is not a copy, since contexts may make their parts on demand. */
const performing = (context: CommandContext, perform: CommandContext['perform']): CommandContext =>
	new Proxy(context, { get: (whole, part) => (part === 'perform' ? perform : Reflect.get(whole, part)) });

/** The jobs that a figure will queue, found by asking for them without running any; what is refused queues none. */
export async function planFigure(report: Report, figure: CourseFigure, context: CommandContext): Promise<Job[]> {
	const jobs: Job[] = [];
	const noted = new Error('noted');
	const perform = (job: Job) => {
		jobs.push(job);
		return Promise.reject(noted);
	};
	for (const request of requestsOf(figure)) {
		const { command, values } = await prepare(report, request, () => FUTURE_PICTURE, context).catch(ifRefused);
		await command?.run(values, performing(context, perform)).catch((error) => {
			if (error !== noted) ifRefused(error);
		});
	}
	return jobs;
}

/** Makes a figure; where a request is refused, say for want of a model, the reason is shown instead. */
export async function makeFigure(report: Report, figure: CourseFigure, context: CommandContext): Promise<MadeFigure> {
	const { blobs, film } = context;
	const requests: MadeRequest[] = [];
	const pictures: (Upload | undefined)[] = [];
	for (const [i, request] of requestsOf(figure).entries()) {
		let done: Pick<FinishedJob, 'job' | 'result'> | undefined;
		const perform = async (job: Job) => {
			const result = await performOnce(keyOf(report, job, context), job, context);
			const name = [request.command, report.seed, ...(i > 0 ? [i + 1] : [])].join('-');
			pictures[i] = { blob: result.images[0].blob, name: `${name}.png` };
			done = { job, result };
			return result;
		};
		try {
			const { command, raw, values, line } = await prepare(report, request, (of) => pictures[of], context);
			const reply = await command.run(values, performing(context, perform));
			const { image } = raw;
			const file = typeof image === 'object' && { ...image, bytes: await blobs.get(image.blob) };
			requests.push({
				line,
				...(file && { file }),
				reply: done ? await inAllReadings(command, reply, { ...done, options: raw, blobs, film }) : reply,
			});
		} catch (error) {
			const { failure } = ifRefused(error);
			const line = requestLine(report.commands, request.command, request.options);
			requests.push({ line, reply: { failure } });
		}
	}
	return { figure, rows: figure.rows.map(({ requests: { length } }) => requests.splice(0, length)) };
}

/** The reply with every other reading of an illusion beside its first, as Flip would show them one after the other. */
async function inAllReadings(command: Command, first: Reply, finished: Omit<FinishedJob, 'index'>): Promise<Reply> {
	const figures = [...first.figures];
	let shown = first;
	for (;;) {
		const flip = shown.buttons?.find(({ action }) => action === 'flip');
		if (!flip?.index || !command.actions) return { ...first, figures };
		const next = await command.actions[flip.action]({ ...finished, index: flip.index });
		if ('command' in next) throw new Error('flip must show another reading, not make a request');
		figures.push(...next.figures);
		shown = next;
	}
}

/** The key that the result of one of the report's jobs is kept under. */
export function keyOf({ models, digits }: Report, job: Job, context: CommandContext): string {
	const model = models.usable.find(({ name }) => name === job.model);
	return resultKey(job, isDigitJob(job) ? digits : model?.revision, context);
}

/** The command that a request names, with its checked values. Throws a UserError as for any user. */
async function prepare(
	report: Report,
	request: FigureRequest,
	pictureOf: (index: number) => Upload | undefined,
	{ blobs }: CommandContext,
) {
	const command = findCommand(report.commands, request.command);
	const raw: RawOptions = {
		...request.options,
		...(report.quick && quickened(command, request.options)),
		...(request.image && { image: await imageOf(request.image) }),
		...('seed' in command.options && { seed: report.seed }),
		...(stageOf(command) === 1 && { model: report.model.name }),
	};
	const values = parseOptions(command.name, command.options, raw, {
		models: report.models,
		drawSeed: () => report.seed,
	});
	// The quick version's own options, for which a person would be told that they have no effect.
	const idle = Object.fromEntries(idleOptions(command, raw, values).map(({ name }) => [name, undefined]));
	return { command, raw, values, line: requestLine(report.commands, command.name, { ...raw, ...idle }) };

	async function imageOf(image: NonNullable<FigureRequest['image']>): Promise<Upload> {
		if (typeof image === 'string') return loadExample(blobs, image);
		if ('blob' in image) return image;
		const picture = pictureOf(image.pictureOf);
		if (!picture) throw new UserError('The picture that this is made from could not be made.');
		return picture;
	}
}

function stageOf(command: Command): 1 | 2 | undefined {
	const spec = command.options.model;
	return spec?.kind === 'model' ? (spec.stage ?? 1) : undefined;
}

/** Enough to see every part at work. */
const QUICK = { steps: 4, start: 1, count: 2, tries: 2 };

function quickened(command: Command, options: FigureRequest['options']): RawOptions {
	// Digits of a diffusion take all its timesteps: their steps cannot be chosen.
	const few = Object.entries(QUICK).filter(
		([name]) => name in options || (name === 'steps' && name in command.options && stageOf(command) !== undefined),
	);
	return Object.fromEntries(few.map(([name, most]) => [name, Math.min(most, Number(options[name] ?? most))]));
}

function ifRefused(error: unknown): { command?: undefined; values?: undefined; failure: string } {
	if (error instanceof UserError) return { failure: error.message };
	throw error;
}
