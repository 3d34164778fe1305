/** /compare: one prompt and seed with several samplers and numbers of steps, or along any two numbers of the sampling. */
import { SAMPLER_NAMES, type SamplerName } from '../gpu/diffusion/samplers/index.ts';
import { MAX_STEPS, UserError } from '../gpu/jobs/index.ts';
import { type Axis, axisOf, type CellValues, MAX_VALUES, parseAxis } from './compare/axes.ts';
import { comparison, type GenerateJob, isExact, type Made, wayOf } from './compare/comparison.ts';
import { type CommandContext, defineCommand } from './lib/command.ts';
import type { Values } from './lib/options.ts';
import { performOnce, resultKey } from './lib/perform-once.ts';
import { promptOption, samplingOptions, samplingParameters } from './lib/sampling.ts';

const SAMPLERS_SHOWN: readonly SamplerName[] = ['ddpm', 'ddim', 'dpmpp-2m'];
const STEPS_SHOWN: readonly number[] = [5, 10, 20, 34];

/** With this many steps, DDIM's picture no longer changes visibly. */
const REFERENCE_STEPS = MAX_STEPS;

const { seed, guidance, 'guidance-range': guidanceRange, negative, model, embeddings } = samplingOptions('ddpm');

const options = {
	prompt: { ...promptOption, ofModel: 0 },
	samplers: {
		kind: 'names',
		label: 'Samplers to compare',
		summary: 'One row for each, unless rows is given',
		choices: SAMPLER_NAMES,
		maxCount: SAMPLER_NAMES.length,
		default: SAMPLERS_SHOWN,
	},
	steps: {
		kind: 'integers',
		label: 'Numbers of steps',
		summary: 'One column for each, unless columns is given',
		min: 1,
		max: MAX_STEPS,
		maxCount: MAX_VALUES,
		default: STEPS_SHOWN,
		example: '5,10,20,34',
	},
	rows: {
		kind: 'text',
		label: 'Or your own rows',
		summary: 'Instead of samplers: values of steps, guidance, eta or seed; then name one sampler',
		maxLength: 100,
		example: 'guidance=1,3,7',
	},
	columns: {
		kind: 'text',
		label: 'Or your own columns',
		summary: 'Instead of steps: values of steps, guidance, eta or seed',
		maxLength: 100,
		example: 'steps=10,34',
	},
	reference: {
		kind: 'integer',
		label: 'Steps of the exact picture',
		summary: 'For samplers by steps: steps of the ddim picture to measure errors against; 0: none',
		min: 0,
		max: MAX_STEPS,
		default: REFERENCE_STEPS,
		example: 200,
	},
	seed,
	guidance,
	'guidance-range': guidanceRange,
	negative,
	model,
	embeddings,
} as const;

type CompareValues = Values<typeof options>;

export const compare = defineCommand({
	name: 'compare',
	summary: 'Compare samplers and step counts on one prompt and seed, in one sheet',
	example: '"a photo of a dog" --samplers ddpm,ddim --steps 5,20',
	options,
	async run(values, context) {
		const grid = gridOf(values);
		const { rows, columns, others } = grid;
		const jobs = rows.values.flatMap((row) =>
			columns.values.map((column) => jobOf(values, { [rows.name]: row, [columns.name]: column, ...others })),
		);
		const made = await makeAll(jobs, values, context);
		const reference = grid.isOfSamplers && values.reference > 0 && jobs.some(isExact) ? [referenceOf(values)] : [];
		const [exact] = await makeAll(reference, values, context);
		return comparison(grid, made, exact, context.blobs);
	},
});

interface Grid {
	readonly rows: Axis;
	readonly columns: Axis;
	/** What all cells have in common in addition to the request's options. */
	readonly others: CellValues;
	/** Whether errors can be measured: its cells differ only in the sampler and the steps. */
	readonly isOfSamplers: boolean;
}

/** Throws a UserError when rows and columns do not fit together, or leave open which sampler or number of steps to use. */
function gridOf({ samplers, steps, ...own }: CompareValues): Grid {
	const rows = own.rows === undefined ? axisOf('samplers', 'sampler', samplers) : parseAxis('rows', own.rows);
	const columns = own.columns === undefined ? axisOf('steps', 'steps', steps) : parseAxis('columns', own.columns);
	if (rows.name === columns.name) {
		throw new UserError(`Rows and columns are both of ${rows.name}; give them different options.`);
	}
	const usesSamplers = rows.name === 'sampler';
	const usesSteps = rows.name === 'steps' || columns.name === 'steps';
	if (!usesSamplers && samplers !== SAMPLERS_SHOWN && samplers.length > 1) {
		throw new UserError('With your own rows, name one sampler, for example --samplers ddim.');
	}
	if (!usesSteps && steps !== STEPS_SHOWN && steps.length > 1) {
		throw new UserError('With your own columns, name one number of steps, for example --steps 20.');
	}
	return {
		rows,
		columns,
		others: {
			...(!usesSamplers && { sampler: samplers === SAMPLERS_SHOWN ? 'ddpm' : samplers[0] }),
			...(!usesSteps && steps !== STEPS_SHOWN && { steps: steps[0] }),
		},
		isOfSamplers: usesSamplers && columns.name === 'steps',
	};
}

function jobOf(values: CompareValues, cell: CellValues): GenerateJob {
	const { prompt, samplers, steps, rows, columns, reference, ...common } = values;
	const sampling = { ...common, steps: undefined, timesteps: 'course', eta: undefined, sampler: 'ddpm', ...cell };
	return {
		kind: 'generate',
		prompt,
		count: 1,
		...samplingParameters(sampling as Parameters<typeof samplingParameters>[0]),
	};
}

const referenceOf = (values: CompareValues) => jobOf(values, { sampler: 'ddim', steps: values.reference });

/** Makes the jobs' pictures one after the other, so that each has the machine to itself, other people's jobs aside. */
async function makeAll(
	jobs: readonly GenerateJob[],
	{ model }: CompareValues,
	context: CommandContext,
): Promise<Made[]> {
	const made: Made[] = [];
	for (const [i, job] of jobs.entries()) {
		context.tell(`Picture ${i + 1} of ${jobs.length}: ${wayOf(job)}.`);
		const { images, seconds, notes } = await performOnce(resultKey(job, model.revision, context), job, context);
		made.push({ job, image: images[0], seconds, notes });
	}
	return made;
}
