/** `models list`: what is installed, how large it is, and whether all of it is there. */

import { sizeText } from '../../../commands/lib/size-text.ts';
import { type InstalledModel, installed } from './installed.ts';
import type { Places } from './plan.ts';

/** One line for each model, or an array for scripts. */
export async function listModels(
	places: Places,
): Promise<{ readonly lines: readonly string[]; readonly json: object }> {
	const all = await installed(places);
	return { lines: all.map(lineOf), json: { models: all.map(entryOf) } };
}

function lineOf(model: InstalledModel): string {
	const { name, bytes, problem, unfinished, standard } = model;
	const state = problem ?? 'complete';
	const remedy = unfinished === undefined ? '' : `; models pull ${unfinished} resumes it`;
	return `${name}${standard ? ' (the default)' : ''}: ${kindOf(model)}, ${sizeText(bytes)}, ${state}${remedy}`;
}

function kindOf({ stage, encoder }: InstalledModel): string {
	if (encoder) return 'text encoder';
	return stage === undefined ? 'unknown stage' : `stage ${'I'.repeat(stage)}`;
}

const entryOf = ({ name, directory, stage, encoder, bytes, problem, standard }: InstalledModel) => ({
	name,
	kind: encoder ? 'encoder' : 'model',
	stage: stage ?? null,
	bytes,
	complete: problem === undefined,
	problem: problem ?? null,
	default: standard ?? false,
	directory,
});
