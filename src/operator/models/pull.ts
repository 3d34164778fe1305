/** `models pull`: downloads what is missing of a model and of the text encoder that all models share. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeText } from '../../../commands/lib/size-text.ts';
import { ModelError, UserError } from '../../../gpu/jobs/index.ts';
import type { Config } from '../../base/config.ts';
import type { Meter } from '../../base/meter.ts';
import { isRight } from '../download/checksum.ts';
import { type Disk, RESERVE, realDisk } from '../download/disk.ts';
import { download, PATIENT, type Patience } from '../download/download.ts';
import { Tally } from '../download/tally.ts';
import { explainPull } from './explain.ts';
import { Hub } from './hub.ts';
import { lockModels } from './lock.ts';
import {
	beginPull,
	endPull,
	filesOf,
	hasEncoder,
	modelDirectory,
	type Places,
	type Plan,
	type PlannedFile,
	planPull,
} from './plan.ts';
import { isComplete } from './record.ts';
import type { Repository } from './repositories.ts';

export interface PullOptions {
	/** Only lists what would be downloaded. */
	readonly dryRun: boolean;
	/** Whether to download the text encoder too. */
	readonly encoder: boolean;
}

export interface PullMeans extends Places {
	readonly hub: Hub;
	readonly disk: Disk;
	readonly meter: Meter;
	readonly patience: Patience;
	/** Stops the download; what has arrived is kept. */
	readonly signal: AbortSignal;
}

export type Pulled =
	/** Everything was there already; the hub was not asked. */
	| { readonly kind: 'complete' }
	| {
			/** Whether the missing files were downloaded, or only listed. */
			readonly kind: 'pulled' | 'planned';
			readonly plan: Plan;
			/** Their state before the download. */
			readonly files: readonly PlannedFile[];
			/** Bytes that were missing. */
			readonly missing: number;
			/** Bytes that were free. */
			readonly free: number;
	  };

/** All but the meter and the signal, as people use it. @throws {UserError} for a token that cannot be one */
export const createMeans = ({ hub }: Pick<Config, 'hub'>, places: Places) => ({
	...places,
	hub: new Hub(hub),
	disk: realDisk,
	patience: PATIENT,
});

/**
 * @throws {UserError} with what went wrong and what to do
 * @throws the signal's reason when it is aborted
 */
export async function pull(repository: Repository, options: PullOptions, means: PullMeans): Promise<Pulled> {
	if (await isPulled(repository, options, means)) return { kind: 'complete' };
	const plan = await makePlan(repository, options, means);
	const { dataDir, disk } = means;
	const look = async (kind: 'pulled' | 'planned') => {
		const files = await filesOf(plan);
		const missing = files.reduce((sum, { file, whole, bytes }) => sum + (whole ? 0 : file.size - bytes), 0);
		return { kind, plan, files, missing, free: await disk.free(dataDir) } as const;
	};
	if (options.dryRun) return look('planned');
	const release = lockModels(dataDir);
	try {
		// Another pull may have ended in the meantime.
		const pulled = await look('pulled');
		if (pulled.missing + RESERVE > pulled.free) throw new UserError(noRoom(repository, pulled));
		await beginPull(plan);
		await downloadAll(plan, pulled.files, means);
		await endPull(plan);
		return pulled;
	} catch (error) {
		means.signal.throwIfAborted();
		throw explainPull(error, means.hub, repository.id);
	} finally {
		release();
	}
}

async function isPulled({ name }: Repository, { encoder }: PullOptions, places: Places): Promise<boolean> {
	return (await isComplete(modelDirectory(places.dataDir, name))) && (!encoder || (await hasEncoder(places)));
}

async function makePlan(repository: Repository, { encoder }: PullOptions, means: PullMeans): Promise<Plan> {
	const { hub, signal } = means;
	try {
		return await planPull(repository, await hub.list(repository.id, signal), means, encoder);
	} catch (error) {
		signal.throwIfAborted();
		if (error instanceof ModelError) throw new UserError(`${repository.id} at ${hub.endpoint} ${error.message}.`);
		throw explainPull(error, hub, repository.id);
	}
}

function noRoom({ id }: Repository, { missing, free }: { missing: number; free: number }): string {
	return `${id} takes ${sizeText(missing)} more, but only ${sizeText(free)} is free, of which ${sizeText(RESERVE)} stays for the bot; make room, or set DATA_DIR to another disk.`;
}

async function downloadAll(plan: Plan, files: readonly PlannedFile[], means: PullMeans): Promise<void> {
	const { repository, commit } = plan;
	const { hub, meter, signal } = means;
	const sum = (of: (file: PlannedFile) => number) => files.reduce((total, file) => total + of(file), 0);
	const done = sum(({ file, whole }) => (whole ? file.size : 0));
	const tally = new Tally(repository.name, { done, total: sum(({ file }) => file.size) }, meter);
	try {
		for (const { file, directory, whole } of files) {
			const path = join(directory, file.path);
			tally.begin(file.path);
			// One that was found damaged may have been mended by hand.
			if (whole || (await isRight(path, file, { signal }))) continue;
			await rm(path, { force: true });
			const url = hub.address(repository.id, commit, file.path);
			const onBytes = (bytes: number, fresh: boolean) => tally.add(bytes, fresh);
			await download({ ...file, url, file: path }, { ...means, fetch: hub.fetch, onBytes }).catch((error) => {
				signal.throwIfAborted();
				throw explainPull(error, hub, repository.id, file.path);
			});
		}
	} finally {
		tally.end();
	}
}
