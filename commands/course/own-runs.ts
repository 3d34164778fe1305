/** The user's own trainings that Part B of the report is made from, instead of the networks that come with the bot. */
import { type Edition, UserError } from '../../gpu/jobs/index.ts';
import type { RunSummary } from '../../gpu/queue/training-runner.ts';
import type { Trainings } from '../lib/command.ts';
import type { TextOption } from '../lib/options.ts';
import { findRun } from '../mnist/weights.ts';
import {
	COURSE_TRAININGS,
	EDITION_TRAININGS,
	EDITIONS,
	nameTraining,
	type TrainingName,
	trainingOf,
} from './trainings.ts';

/** At most one of each. */
export type OwnRuns = Partial<Readonly<Record<TrainingName, RunSummary>>>;

/** Asks for the bot's own networks. */
const NONE = 'none';

export const ownRunsOption = {
	kind: 'text',
	label: 'Your own trainings',
	summary: "The trainings for part B, one per network, or none; default: the newest with the course's epochs",
	maxLength: 200,
	example: 'denoiser-20261123-140502,latest',
} as const satisfies TextOption;

/**
 * The named runs; if none are named, for each training of the edition the newest run whose weights were kept after all of
 * the assignment's epochs.
 *
 * @throws {UserError} when there is no such run, two are the same training, one is not of the edition, or one has not
 * finished an epoch yet
 */
export async function ownRuns(
	names: string | undefined,
	edition: Edition,
	training: Pick<Trainings, 'runs'>,
): Promise<OwnRuns> {
	const all = await training.runs();
	if (names === undefined) return newest(edition, all);
	const given = names.split(/[,\s]+/).filter((name) => name !== '');
	if (given.length === 1 && given[0] === NONE) return {};
	return byTraining(
		edition,
		given.map((name) => findRun(name, all)),
	);
}

function newest(edition: Edition, all: readonly RunSummary[]): OwnRuns {
	const found = EDITION_TRAININGS[edition].map((name) => {
		const isWhole = ({ epochs }: RunSummary) => COURSE_TRAININGS[name].epochs.every((epoch) => epochs.includes(epoch));
		return [name, all.find((run) => trainingOf(run.plan, edition) === name && isWhole(run))];
	});
	return Object.fromEntries(found.filter(([, run]) => run));
}

function byTraining(edition: Edition, runs: readonly RunSummary[]): OwnRuns {
	const found: Partial<Record<TrainingName, RunSummary>> = {};
	for (const run of runs) {
		const { id, plan, epochs } = run;
		const name = trainingOf(plan, edition);
		if (!name) throw new UserError(describeStray(run, edition));
		const other = found[name];
		if (other) {
			throw new UserError(`Both ${other.id} and ${id} are trainings of ${nameTraining(name)}; name one of them.`);
		}
		if (epochs.length === 0) throw new UserError(`The run ${id} has not finished an epoch yet; name another one.`);
		found[name] = run;
	}
	return found;
}

function describeStray({ id, plan }: RunSummary, edition: Edition): string {
	const [home] = EDITIONS.filter((each) => trainingOf(plan, each));
	const what = nameTraining(trainingOf(plan, home)!);
	return `The run ${id} is a training of ${what}, which edition ${edition} has no figures of; edition ${home} has.`;
}
