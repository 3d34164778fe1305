/** Trainings of one's own that Part B of the report is made from, in place of the networks that come with the bot. */
import { EDITION_MODELS, type EditionModel, UserError } from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import type { Trainings } from '../lib/command.ts';
import type { TextOption } from '../lib/options.ts';
import { DENOISED_EPOCHS, SAMPLED_EPOCHS } from '../mnist/training-figures.ts';
import { findRun } from '../mnist/weights.ts';

/** At most one for each network. */
export type OwnRuns = Partial<Readonly<Record<EditionModel<2024>, RunSummary>>>;

/** Says that the bot's own networks are to be shown. */
const NONE = 'none';

export const ownRunsOption = {
	kind: 'text',
	summary: "Part B by these trainings, one a network; none; absent: the newest that have the course's epochs",
	maxLength: 200,
	example: 'denoiser-20261123-140502,latest',
} as const satisfies TextOption;

/** The epochs after which the assignment wants to see something. */
export const COURSE_EPOCHS: Readonly<Record<EditionModel<2024>, readonly number[]>> = {
	denoiser: DENOISED_EPOCHS,
	time: SAMPLED_EPOCHS,
	class: SAMPLED_EPOCHS,
};

/**
 * The runs that are named, or else of each network the newest whose weights were kept after all of the assignment's epochs.
 *
 * @throws {UserError} when there is no such run, two are of the same network, or one has not finished an epoch yet
 */
export async function ownRuns(names: string | undefined, training: Pick<Trainings, 'runs'>): Promise<OwnRuns> {
	const all = await training.runs();
	if (names === undefined) {
		return byModel(
			EDITION_MODELS[2024].flatMap((model) => all.find((run) => run.plan.model === model && isComplete(run)) ?? []),
		);
	}
	const given = names.split(/[,\s]+/).filter((name) => name !== '');
	if (given.length === 1 && given[0] === NONE) return {};
	return byModel(given.map((name) => findRun(name, all)));
}

const isComplete = ({ plan, epochs }: RunSummary) =>
	COURSE_EPOCHS[plan.model as EditionModel<2024>].every((epoch) => epochs.includes(epoch));

function byModel(runs: readonly RunSummary[]): OwnRuns {
	const found: Partial<Record<EditionModel<2024>, RunSummary>> = {};
	for (const run of runs) {
		const { id, plan, epochs } = run;
		const model = EDITION_MODELS[2024].find((each) => each === plan.model);
		if (!model) throw new UserError(`The run ${id} trained "${plan.model}", which this report has no figures of.`);
		const other = found[model];
		if (other) throw new UserError(`Both ${other.id} and ${id} are trainings of ${model}; name one for each network.`);
		if (epochs.length === 0) throw new UserError(`The run ${id} has not finished an epoch yet; name another one.`);
		found[model] = run;
	}
	return found;
}
