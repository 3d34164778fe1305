/** The models on this machine, pulled or brought by other means, and in what state each is. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { suggest } from '../../../commands/lib/parse-options.ts';
import { MAX_QUOTED, shorten } from '../../../commands/lib/shorten.ts';
import { sizeText } from '../../../commands/lib/size-text.ts';
import { UserError } from '../../../gpu/jobs/index.ts';
import { encodersIn, installedModels, networkIn, ownModels, preferredModels } from '../../../gpu/models/directories.ts';
import type { Places } from './plan.ts';
import { presenceIn, readRecord } from './record.ts';

export interface InstalledModel {
	readonly name: string;
	readonly directory: string;
	/** Absent for an encoder that models share, and while too little of the network is there. */
	readonly stage?: 1 | 2;
	/** That its files take. */
	readonly bytes: number;
	/** What keeps it from being used: the middle of a sentence; absent: nothing does. */
	readonly problem?: string;
	/** The repository that is to be pulled again for what is missing or damaged. */
	readonly unfinished?: string;
	/** It holds a text encoder and no network. */
	readonly encoder?: true;
	/** Whether it lies in the data directory, which is the bot's. */
	readonly own: boolean;
	/** The model that is used where neither a request nor its channel names one of its stage. */
	readonly standard?: true;
}

/** Those that can be used first, in the order in which they are offered; then what is unfinished, and encoders. */
export async function installed({ dataDir, folders }: Places): Promise<readonly InstalledModel[]> {
	const models = [...(await installedModels(folders, preferredModels(dataDir)))];
	const known = new Set(models.map(([, directory]) => directory));
	const encoders = (await Promise.all(folders.map(encodersIn))).flat();
	const others = [...new Set([...encoders, ...(await begunIn(ownModels(dataDir)))])].filter((each) => !known.has(each));
	const isOwn = (directory: string) => dirname(directory) === resolve(ownModels(dataDir));
	const found: InstalledModel[] = [];
	for (const [name, directory] of [...models, ...others.map((each) => [basename(each), each] as const)]) {
		const state = await stateOf(directory, encoders.includes(directory));
		found.push({ name, directory, own: isOwn(directory), ...state });
	}
	const standard = ([1, 2] as const).map((stage) => found.find((each) => each.stage === stage && !each.problem));
	return found.map((each) => (standard.includes(each) ? { ...each, standard: true } : each));
}

/** @throws {UserError} that lists the models if there is none of that name, with or without its owner */
export async function findInstalled(given: string, places: Places): Promise<InstalledModel> {
	const all = await installed(places);
	const found = all.find(({ name }) => name === given || name === basename(given));
	if (found) return found;
	const names = all.map(({ name }) => name);
	throw new UserError(
		`There is no model "${shorten(given, MAX_QUOTED)}"${suggest(given, names)}; the models here are: ${names.join(', ')}.`,
	);
}

/** Directories that something was pulled into, which may not be models yet. */
async function begunIn(folder: string): Promise<readonly string[]> {
	const names = (await readdir(folder).catch(() => [])).sort();
	const directories = names.map((name) => resolve(folder, name));
	const records = await Promise.all(directories.map(readRecord));
	return directories.filter((_, i) => records[i] !== undefined);
}

type State = Pick<InstalledModel, 'stage' | 'bytes' | 'problem' | 'unfinished' | 'encoder'>;

async function stateOf(directory: string, isEncoder: boolean): Promise<State> {
	const bytes = await bytesIn(directory);
	const record = await readRecord(directory);
	const willBe = record?.files.every(({ path }) => !path.startsWith('unet/')) ?? false;
	const encoder = (isEncoder || willBe) && ({ encoder: true } as const);
	const presence = record ? await presenceIn(directory, record.files) : [];
	const missing = presence.filter(({ whole }) => !whole);
	const network = encoder ? {} : await networkIn(directory);
	if (record && missing.length > 0) {
		const damaged = missing.filter(({ file }) => file.damaged).map(({ file }) => file.path);
		const there = presence.reduce((sum, each) => sum + each.bytes, 0);
		const total = presence.reduce((sum, { file }) => sum + file.size, 0);
		const problem =
			damaged.length > 0
				? `damaged: ${damaged.join(', ')}`
				: `incomplete: ${sizeText(there)} of ${sizeText(total)}, ${missing.length} of ${presence.length} files missing`;
		return { bytes, ...network, problem, unfinished: record.repository, ...encoder };
	}
	return { bytes, ...network, ...encoder };
}

/** Links are followed: in the hub's cache all files are links. */
async function bytesIn(directory: string): Promise<number> {
	const names = await readdir(directory, { recursive: true }).catch(() => []);
	const found = await Promise.all(names.map((name) => stat(join(directory, name)).catch(() => undefined)));
	return found.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0);
}
