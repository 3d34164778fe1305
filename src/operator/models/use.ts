/** `models use`: which model is the default of its stage. A running bot goes by it at once. */
import { UserError } from '../../../gpu/jobs/index.ts';
import { preferredModels, readPreferred, writePreferred } from '../../../gpu/models/directories.ts';
import { findInstalled, installed } from './installed.ts';
import type { Places } from './plan.ts';

/**
 * @returns the sentence that says what is so now
 * @throws {UserError} for a model that is not there, or cannot be used
 */
export async function useModel(given: string, places: Places): Promise<string> {
	const { name, stage, problem, encoder } = await findInstalled(given, places);
	if (encoder) throw new UserError(`${name} is a text encoder, which models find by themselves; name a model.`);
	if (problem !== undefined || stage === undefined) {
		throw new UserError(`${name} cannot be the default, since it cannot be used (${problem}).`);
	}
	const stages = new Map((await installed(places)).map((model) => [model.name, model.stage]));
	const file = preferredModels(places.dataDir);
	const others = (await readPreferred(file)).filter((other) => stages.has(other) && stages.get(other) !== stage);
	await writePreferred(file, [name, ...others]);
	const role = stage === 1 ? 'the model' : 'the model that enlarges pictures,';
	return `${name} is now ${role} where a request and its channel name none; a running bot goes by it too.`;
}
