/** Trainings as a request's command sees them: on behalf of its owner. */
import type { Trainings } from '../../commands/lib/command.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import type { RequestRecord } from '../store/records.ts';
import type { DeskDeps } from './deps.ts';

export interface TrainingsDeps extends Pick<DeskDeps, 'training'> {
	/** Stores a record's changes. Does not throw. */
	readonly save: (record: RequestRecord) => void;
}

/**
 * Deleting a run affects everyone, so only staff may.
 *
 * @param followed the run that the request stood for before the bot restarted
 */
export function trainingsOf(
	record: RequestRecord,
	followed: string | undefined,
	{ training, save }: TrainingsDeps,
): Trainings {
	const { id: request, owner } = record;
	return {
		followed,
		follow: (run) => {
			if (record.training?.run !== run) record.training = { run, keptSteps: 0 };
			save(record);
		},
		start: ({ plan, preset }) => training.start({ plan, preset, who: owner.name, request }),
		resume: (id) => training.resume(id),
		stop: () => training.stop(),
		status: () => training.status(),
		runs: () => training.runs(),
		losses: (id) => training.losses(id),
		forecast: (plan) => training.forecast(plan),
		onEvent: (listener) => training.onEvent(listener),
		remove: async (id) => {
			if (!owner.staff) throw new UserError('Only staff can delete a training run.');
			await training.remove(id);
		},
	};
}
