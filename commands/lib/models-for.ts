/** Which of the installed models an option may name. */
import type { ModelSummary } from '../../gpu/queue/runner.ts';
import type { ModelOption } from './options.ts';

/** The models that the option accepts, in their order; the first is its default. */
export function modelsFor<M extends Pick<ModelSummary, 'stage'>>(
	{ stage = 1 }: Pick<ModelOption, 'stage'>,
	models: readonly M[],
): readonly M[] {
	return models.filter((model) => model.stage === stage);
}
