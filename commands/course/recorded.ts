/** Sheets of Part B after early epochs, recorded from this bot's own trainings, as nobody waits hours for a page. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { DENOISER_INPUTS, planTraining } from '../../gpu/jobs/index.ts';
import { sharp } from '../../gpu/tensor/sharp.ts';
import type { Figure } from '../lib/command.ts';
import { describePlan } from '../mnist/describe.ts';
import { COURSE_TRAININGS, TRAINING_NAMES, type TrainingName } from './trainings.ts';

const FOLDER = new URL('../../assets/course/', import.meta.url);

/** The content of recorded.json. */
const index = z.partialRecord(
	z.enum(TRAINING_NAMES),
	z.strictObject({
		/** What differs from the course, as `planTraining` takes it. */
		training: z.strictObject({
			input: z.enum(DENOISER_INPUTS).optional(),
			hidden: z.number(),
			epochs: z.number().optional(),
			learningRate: z.number().optional(),
			decay: z.literal('constant').optional(),
			seed: z.number(),
		}),
		/** The alt text of the chart of its losses. */
		losses: z.string().optional(),
		/** The alt text of each sheet, by the epoch after which it was made. */
		sheets: z.record(z.string().regex(/^\d+$/), z.string()),
	}),
);

export interface Recording {
	/** Options for /mnist train to make the same sheets again. */
	readonly options: Readonly<Record<string, string | number>>;
	/** "denoiser, hidden size 8 (course: 128), …" */
	readonly about: string;
	/** The chart of its losses. */
	readonly losses?: Figure;
	/** Ascending by epoch. */
	readonly sheets: readonly (Figure & { readonly epoch: number })[];
}

/** At most one for each training. */
export type Recordings = Partial<Readonly<Record<TrainingName, Recording>>>;

/** The recordings that come with this copy of the bot. */
export async function loadRecordings(): Promise<Recordings> {
	const known = index.parse(JSON.parse(await readFile(new URL('recorded.json', FOLDER), 'utf8')));
	const loaded = TRAINING_NAMES.map(async (name) => {
		const entry = known[name];
		if (!entry) return [];
		const { model } = COURSE_TRAININGS[name];
		const { input, hidden, epochs, learningRate, decay, seed } = entry.training;
		const sheets = Object.entries(entry.sheets).map(async ([epoch, alt]) => {
			return { ...(await loadPicture(`${name}-epoch-${epoch}`, alt)), epoch: Number(epoch) };
		});
		const recording: Recording = {
			options: {
				model,
				preset: 'course',
				hidden,
				...(epochs !== undefined && { epochs }),
				...(learningRate !== undefined && { 'learning-rate': learningRate }),
				...(decay !== undefined && { schedule: 'none' }),
				...(input !== undefined && { input }),
				seed,
			},
			about: describePlan(planTraining({ model, preset: 'course', ...entry.training })),
			...(entry.losses !== undefined && { losses: await loadPicture(`${name}-losses`, entry.losses) }),
			sheets: await Promise.all(sheets),
		};
		return [[name, recording]];
	});
	return Object.fromEntries((await Promise.all(loaded)).flat());
}

async function loadPicture(name: string, alt: string): Promise<Figure> {
	const filename = `${name}.webp`;
	const bytes = await readFile(new URL(filename, FOLDER));
	const { width, height } = await sharp(bytes).metadata();
	return { bytes, type: 'image/webp', width, height, alt, filename };
}
