/** `models remove`: deletes a model of the data directory, and the shared text encoder with the last model that needs it. */
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeText } from '../../../commands/lib/size-text.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import {
	hasTextEncoder,
	ownModels,
	preferredModels,
	readPreferred,
	writePreferred,
} from '../../../gpu/models/directories.ts';
import { findInstalled, type InstalledModel, installed } from './installed.ts';
import { lockModels } from './lock.ts';
import type { Places } from './plan.ts';
import { ENCODER } from './repositories.ts';

/**
 * @param sure whether the person said that it is to be deleted
 * @returns the sentence that says what was done
 * @throws {UserError} for what is not there, or not the bot's to delete
 */
export async function removeModel(given: string, sure: boolean, places: Places): Promise<string> {
	const model = await findInstalled(given, places);
	if (!model.own) {
		throw new UserError(
			`${model.name} lies in ${model.directory}, not right in DATA_DIR/models, so it is not the bot's to delete.`,
		);
	}
	const doomed = [model, ...(await encoderLeftBy(model, places))];
	const what = doomed.map(({ name, bytes }) => `${name} (${sizeText(bytes)})`).join(' and ');
	if (!sure) throw new UserError(`This would delete ${what} in ${ownModels(places.dataDir)}; add --yes to do it.`);
	const release = lockModels(places.dataDir);
	try {
		for (const { directory } of doomed) await removeDirectory(directory);
		const file = preferredModels(places.dataDir);
		const preferred = await readPreferred(file);
		if (preferred.includes(model.name)) {
			await writePreferred(
				file,
				preferred.filter((name) => name !== model.name),
			);
		}
	} finally {
		release();
	}
	return `Deleted ${what}.`;
}

/** Of a link only the link. What makes a directory a model goes first, so that a running bot sees no half of one. */
async function removeDirectory(directory: string): Promise<void> {
	if (!(await lstat(directory)).isSymbolicLink()) await rm(join(directory, 'model_index.json'), { force: true });
	await rm(directory, { recursive: true, force: true });
}

/** The shared encoder, if no other model is left that reads prompts with it. */
async function encoderLeftBy(model: InstalledModel, places: Places): Promise<readonly InstalledModel[]> {
	const all = await installed(places);
	const shared = all.find(({ name, own, encoder }) => own && encoder && name === ENCODER);
	if (!shared) return [];
	const inFolders = places.folders.map((folder) => join(folder, '/'));
	const users = all.filter(
		({ name, encoder, directory }) =>
			!encoder &&
			name !== model.name &&
			inFolders.some((folder) => directory.startsWith(folder)) &&
			!hasTextEncoder(directory),
	);
	if (model.name !== ENCODER) return users.length > 0 || model.encoder ? [] : [shared];
	if (users.length === 0) return [];
	throw new UserError(
		`${ENCODER} reads the prompts of ${users.map(({ name }) => name).join(', ')}; remove what needs it first.`,
	);
}
