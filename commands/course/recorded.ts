/** Sheets of Part B after early epochs, recorded from trainings that this bot made: nobody waits hours for a page. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { z } from 'zod';
import { EDITION_MODELS, type EditionModel, planTraining } from '../../gpu/jobs/index.ts';
import type { Figure } from '../lib/command.ts';
import { describePlan } from '../mnist/describe.ts';

const FOLDER = new URL('../../assets/course/', import.meta.url);

/** The content of recorded.json. */
const index = z.partialRecord(
	z.enum(EDITION_MODELS[2024]),
	z.strictObject({
		/** What is otherwise than in the course, as `planTraining` takes it. */
		training: z.strictObject({
			hidden: z.number(),
			epochs: z.number().optional(),
			learningRate: z.number().optional(),
			seed: z.number(),
		}),
		/** The alt text of each sheet, by the epoch after which it was made. */
		sheets: z.record(z.string().regex(/^\d+$/), z.string()),
	}),
);

export interface Recording {
	/** Options of /mnist train, which makes the same sheets again. */
	readonly options: Readonly<Record<string, string | number>>;
	/** "denoiser, hidden size 8 (course: 128), …" */
	readonly about: string;
	/** Ascending by epoch. */
	readonly sheets: readonly (Figure & { readonly epoch: number })[];
}

/** At most one for each network. */
export type Recordings = Partial<Readonly<Record<EditionModel<2024>, Recording>>>;

/** Those that come with this copy of the bot. */
export async function loadRecordings(): Promise<Recordings> {
	const known = index.parse(JSON.parse(await readFile(new URL('recorded.json', FOLDER), 'utf8')));
	const loaded = EDITION_MODELS[2024].map(async (model) => {
		const entry = known[model];
		if (!entry) return [];
		const { hidden, epochs, learningRate, seed } = entry.training;
		const recording: Recording = {
			options: {
				model,
				preset: 'course',
				hidden,
				...(epochs !== undefined && { epochs }),
				...(learningRate !== undefined && { 'learning-rate': learningRate }),
				seed,
			},
			about: describePlan(planTraining({ model, preset: 'course', ...entry.training })),
			sheets: await Promise.all(
				Object.entries(entry.sheets).map(([epoch, alt]) => loadSheet(model, Number(epoch), alt)),
			),
		};
		return [[model, recording]];
	});
	return Object.fromEntries((await Promise.all(loaded)).flat());
}

async function loadSheet(model: string, epoch: number, alt: string) {
	const filename = `${model}-epoch-${epoch}.webp`;
	const bytes = await readFile(new URL(filename, FOLDER));
	const { width, height } = await sharp(bytes).metadata();
	return { epoch, bytes, type: 'image/webp' as const, width, height, alt, filename };
}
