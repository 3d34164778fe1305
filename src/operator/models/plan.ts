/** Which files of a repository go where, and which of them are still to come. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
	encodersIn,
	holdsT5,
	installedModels,
	modelFolders,
	neededFiles,
	ownModels,
} from '../../../gpu/models/directories.ts';
import type { Config } from '../../base/config.ts';
import { sameDigest } from '../download/checksum.ts';
import { partOf } from '../download/download.ts';
import type { HubFile, Listing } from './hub.ts';
import { isComplete, type Presence, presenceIn, type RecordedFile, readRecord, writeRecord } from './record.ts';
import { ENCODER, type Repository } from './repositories.ts';

/** Where models are. */
export interface Places {
	readonly dataDir: string;
	/** All folders of models, that of the data directory first. */
	readonly folders: readonly string[];
}

export const placesIn = ({ dataDir, modelDir }: Pick<Config, 'dataDir' | 'modelDir'>): Places => ({
	dataDir,
	folders: modelFolders(dataDir, modelDir),
});

/** A directory that files are pulled into. */
export interface Target {
	readonly directory: string;
	readonly files: readonly HubFile[];
}

export interface Plan {
	readonly repository: Repository;
	readonly commit: string;
	readonly model: Target;
	/** Absent where no encoder is to be pulled. */
	readonly encoder?: Target;
}

export interface PlannedFile extends Presence {
	readonly directory: string;
}

export const modelDirectory = (dataDir: string, name: string): string => join(ownModels(dataDir), name);

/**
 * @param withEncoder whether the text encoder comes too, unless there is one already
 * @throws {ModelError} if the repository holds nothing that can be used
 */
export async function planPull(
	repository: Repository,
	{ commit, files }: Listing,
	{ dataDir, folders }: Places,
	withEncoder: boolean,
): Promise<Plan> {
	const paths = files.map(({ path }) => path);
	// Full precision would take twice the room and time.
	const needed = neededFiles(paths, 'half');
	const byPath = new Map(files.map((file) => [file.path, file]));
	const pick = (wanted: readonly string[]) => wanted.flatMap((path) => byPath.get(path) ?? []);
	const plan = { repository, commit, model: target(dataDir, repository.name, pick(needed.network)) };
	if (!withEncoder || needed.encoder.length === 0 || (await hasEncoder({ dataDir, folders }))) return plan;
	return { ...plan, encoder: target(dataDir, ENCODER, pick(needed.encoder)) };
}

const target = (dataDir: string, name: string, files: readonly HubFile[]): Target => ({
	directory: modelDirectory(dataDir, name),
	files,
});

/** Whether a whole T5 is there, pulled or brought by other means, also as a part of a model. */
export async function hasEncoder({ dataDir, folders }: Places): Promise<boolean> {
	const own = modelDirectory(dataDir, ENCODER);
	const models = [...(await installedModels(folders)).values()];
	for (const directory of [...(await Promise.all(folders.map(encodersIn))).flat(), ...models]) {
		if ((await holdsT5(directory)) && (directory !== own || (await isComplete(own)))) return true;
	}
	return false;
}

/**
 * All files of a plan in the order in which they come: a directory becomes a model, or an encoder, with its last file, so the
 * bot sees none that is unfinished.
 */
export async function filesOf({ model, encoder }: Plan): Promise<readonly PlannedFile[]> {
	const planned = async ({ directory, files }: Target) =>
		(await presenceIn(directory, await recorded(directory, files))).map((each) => ({ ...each, directory }));
	const own = await planned(model);
	const isLast = ({ file }: PlannedFile) => file.path === 'model_index.json' || file.path === 'unet/config.json';
	return [...own.filter((file) => !isLast(file)), ...(encoder ? await planned(encoder) : []), ...own.filter(isLast)];
}

/** Marked as damaged unless they are as they were pulled: files that somebody else put there have yet to be checked. */
async function recorded(directory: string, files: readonly HubFile[]): Promise<readonly RecordedFile[]> {
	const record = await readRecord(directory);
	return files.map((file) => {
		const before = record?.files.find(({ path }) => path === file.path);
		const isKnown = before ? !before.damaged && sameDigest(before.digest, file.digest) : false;
		return isKnown || !existsSync(join(directory, file.path)) ? file : { ...file, damaged: true };
	});
}

/** Notes what belongs where, and discards what belongs to another version. */
export async function beginPull({ repository, commit, model, encoder }: Plan): Promise<void> {
	for (const { directory, files } of [model, ...(encoder ? [encoder] : [])]) {
		const before = (await readRecord(directory))?.files ?? [];
		for (const file of files) {
			const other = before.find(({ path, digest }) => path === file.path && !sameDigest(digest, file.digest));
			const path = join(directory, file.path);
			if (other) await Promise.all([path, partOf(path)].map((each) => rm(each, { force: true })));
		}
		await writeRecord(directory, { repository: repository.id, commit, files: [...(await recorded(directory, files))] });
	}
}

/** Notes that all is there and right. */
export async function endPull({ repository, commit, model, encoder }: Plan): Promise<void> {
	for (const { directory, files } of [model, ...(encoder ? [encoder] : [])]) {
		await writeRecord(directory, { repository: repository.id, commit, files: [...files] });
	}
}
