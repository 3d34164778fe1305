/** /toy: diffusion and flow matching in two dimensions, where everything about them can be drawn. */
import {
	type JobOf,
	type JobResult,
	readToyRecord,
	TOY_LIMITS,
	TOY_METHODS,
	TOY_SHAPES,
	type ToyRecord,
} from '../gpu/jobs/index.ts';
import type { BlobStore } from '../gpu/queue/blobs.ts';
import { defineCommand, type Figure, type ReplyButton } from './lib/command.ts';
import { BANDS, toySheet } from './toy/sheet.ts';
import { filmAlt, sheetAlt, textOf, titleOf } from './toy/texts.ts';

type ToyJob = JobOf<'toy'>;

const { training, points, steps, stepCounts } = TOY_LIMITS;

export const toy = defineCommand({
	name: 'toy',
	summary: 'Watch a tiny network learn points in the plane, as DDPM and as flow matching side by side',
	example: 'spiral --steps 1,2,5,50',
	options: {
		shape: {
			kind: 'choice',
			label: 'Shape of the points',
			summary: 'The shape that the points form',
			positional: true,
			choices: TOY_SHAPES,
			default: 'moons',
		},
		method: {
			kind: 'choice',
			label: 'Diffusion or flow',
			summary: 'ddpm: remove noise, step by step; flow: follow a velocity; both: side by side',
			choices: ['both', ...TOY_METHODS],
			default: 'both',
		},
		steps: {
			kind: 'integers',
			label: 'Numbers of steps',
			summary: 'Numbers of steps from noise to data, to compare; the largest is shown in full',
			...steps,
			maxCount: stepCounts,
			default: [1, 2, 5, 20, 100],
			example: '2,10,50',
		},
		training: {
			kind: 'integer',
			label: 'Steps of training',
			summary: 'Training steps for each method',
			...training,
			default: 2000,
			example: 300,
		},
		points: {
			kind: 'integer',
			label: 'How many points',
			summary: 'How many points to make from noise',
			...points,
			default: 500,
			example: 200,
		},
		seed: {
			kind: 'seed',
			label: 'Random seed',
			summary: 'Same seed, same pictures; if absent, one is drawn and shown',
			example: 180,
		},
	},
	async run({ shape, method, steps, training, points, seed }, { perform, blobs, film }) {
		const job: ToyJob = {
			kind: 'toy',
			model: 'plane-mlp',
			seed,
			shape,
			methods: method === 'both' ? [...TOY_METHODS] : [method],
			training,
			points,
			stepCounts: [...new Set(steps)].sort((a, b) => a - b),
		};
		const record = await recordOf(await perform(job), blobs);
		return {
			text: textOf(job, record),
			figures: [
				await sheetOf(job, record),
				await film('toy', { record, filename: `${fileOf(job)}.gif`, alt: filmAlt(job, record) }),
			],
			originals: () => Promise.all(BANDS.map((_, band) => sheetOf(job, record, band))),
			buttons: BAND_BUTTONS,
		};
	},
	actions: {
		band: async ({ job, result, blobs, index }) => {
			const record = await recordOf(result, blobs);
			const shown = job as ToyJob;
			const figures = [await sheetOf(shown, record, index)];
			return { text: textOf(shown, record), figures, buttons: [...BAND_BUTTONS, { action: 'all', label: 'All' }] };
		},
		all: async ({ job, result, blobs }) => {
			const record = await recordOf(result, blobs);
			const shown = job as ToyJob;
			return { text: textOf(shown, record), figures: [await sheetOf(shown, record)], buttons: BAND_BUTTONS };
		},
	},
});

/** Each part of the sheet alone, larger. */
const BAND_BUTTONS: readonly ReplyButton[] = BANDS.map((label, index) => ({ action: 'band', label, index }));

async function recordOf({ file }: JobResult, blobs: BlobStore): Promise<ToyRecord> {
	if (file === undefined) throw new Error('a toy job made no file');
	return readToyRecord(await blobs.get(file));
}

function sheetOf(job: ToyJob, record: ToyRecord, band?: number): Promise<Figure> {
	const part = band === undefined ? '' : `-${BANDS[band].toLowerCase()}`;
	const about = { filename: `${fileOf(job)}${part}.png`, alt: sheetAlt(job, record, band), title: titleOf(job) };
	return toySheet(job, record, about, band);
}

const fileOf = ({ shape, methods, seed }: ToyJob) =>
	`toy-${[shape, ...(methods.length > 1 ? [] : methods), seed].join('-')}`;
