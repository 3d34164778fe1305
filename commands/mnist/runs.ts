/** /mnist runs: lists the trainings that were kept, compares two, and deletes one. */
import { MAX_RUN_ID_CHARACTERS, UserError } from '../../gpu/jobs/index.ts';
import { MAX_CURVES } from '../figures/chart.ts';
import { type CommandContext, defineCommand, type Reply } from '../lib/command.ts';
import { describeRun } from './describe.ts';
import { lossFigure } from './loss-figure.ts';
import { namedTrained } from './trained.ts';
import { findRun, LATEST, NOTHING_TRAINED } from './weights.ts';

/** More would not fit in one message. */
const SHOWN_RUNS = 10;

export const runs = defineCommand({
	name: 'mnist runs',
	summary: 'List the trainings, compare the losses of two, or delete one',
	example: '--compare class-20261123-140502,latest',
	options: {
		compare: {
			kind: 'text',
			label: 'Two runs to compare',
			summary: "Two runs, or class, time, denoiser for the bot's own, with a comma: both losses in one chart",
			maxLength: 140,
			example: 'class-20261123-140502,latest',
		},
		remove: {
			kind: 'text',
			label: 'A run to delete',
			summary: 'Delete this run and its weights for good (staff only)',
			maxLength: MAX_RUN_ID_CHARACTERS,
			example: 'class-20261123-140502',
		},
	},
	async run({ compare, remove }, { training, wording }) {
		if (compare !== undefined && remove !== undefined) throw new UserError('Give either compare or remove, not both.');
		if (compare !== undefined) return compared(compare, training);
		const all = await training.runs();
		if (remove !== undefined) {
			if (remove === LATEST) throw new UserError('Give the id of the training to delete; /mnist runs lists them.');
			const { id } = findRun(remove, all);
			await training.remove(id);
			return { text: `${id} is deleted.`, figures: [] };
		}
		const running = training.status()?.run;
		const shown = all.slice(0, SHOWN_RUNS).map((run) => describeRun(run, run.id === running));
		const more = all.length > SHOWN_RUNS ? [`And ${all.length - SHOWN_RUNS} older ones.`] : [];
		return { text: [...shown, ...more].join('\n') || wording.hint(NOTHING_TRAINED), figures: [] };
	},
});

async function compared(names: string, training: CommandContext['training']): Promise<Reply> {
	const given = names.split(/[,\s]+/).filter((name) => name !== '');
	if (given.length !== MAX_CURVES) {
		throw new UserError(`compare takes two runs, separated by a comma, not ${given.length}; /mnist runs lists them.`);
	}
	const chosen = await Promise.all(given.map((name) => namedTrained(name, training)));
	if (chosen[0].name === chosen[1].name) {
		throw new UserError(`Both are the run ${chosen[0].name}; compare takes two different ones.`);
	}
	const chart = await lossFigure(chosen);
	if (!chart) throw new UserError('Neither of the two has taken a step yet; try again in a minute.');
	return { text: chosen.map(({ about }) => about).join('\n'), figures: [chart] };
}
