/** How the files of a training travel: in parts, so that a large checkpoint holds up neither the broker nor the bot. */
import { createReadStream } from 'node:fs';
import * as z from 'zod';
import { UserError } from '../../jobs/index.ts';
import { pathOf, type RunFile } from '../../training/run-files.ts';
import { lossesIn, lossPoint, removeOldCheckpoints, runStatus, writeLosses, writeStatus } from '../../training/runs.ts';
import { writeWhole } from '../../write-whole.ts';
import type { BlobStore } from '../blobs.ts';
import type { RunCargo } from './training-messages.ts';

const PART_BYTES = 4 * 2 ** 20;

/** Puts a file on its way. @returns undefined if there is no such file, or no longer */
export async function sendFile(folder: string, file: RunFile, between: BlobStore): Promise<RunCargo | undefined> {
	const parts: string[] = [];
	try {
		for await (const part of createReadStream(pathOf(folder, file), { highWaterMark: PART_BYTES })) {
			parts.push(await between.put(part));
		}
		return { file, parts };
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

export async function sendFiles(folder: string, files: readonly RunFile[], between: BlobStore): Promise<RunCargo[]> {
	const sent: RunCargo[] = [];
	for (const file of files) {
		const cargo = await sendFile(folder, file, between);
		if (cargo) sent.push(cargo);
	}
	return sent;
}

/**
 * Writes a file that a worker sent into the run's folder, if it is what it should be.
 *
 * @param where that worker is, which becomes part of the status
 */
export async function keepFile(folder: string, cargo: RunCargo, between: BlobStore, where: string): Promise<void> {
	const { kind } = cargo.file;
	if (kind === 'status') {
		await writeStatus(folder, { ...runStatus.parse(JSON.parse(await textOf(cargo, between))), where });
	} else if (kind === 'losses') {
		await writeLosses(folder, z.array(lossPoint).parse(lossesIn(await textOf(cargo, between))));
	} else {
		await receiveFile(folder, cargo, between);
		if (kind === 'step') await removeOldCheckpoints(folder);
	}
}

/** Writes a file as it comes. */
export async function receiveFile(folder: string, { file, parts }: RunCargo, between: BlobStore): Promise<void> {
	await writeWhole(pathOf(folder, file), contentOf(parts, between));
}

/** Removes a file that has arrived from the broker. */
export async function unload({ parts }: RunCargo, between: BlobStore): Promise<void> {
	await Promise.all(parts.map((ref) => between.remove(ref)));
}

async function* contentOf(parts: readonly string[], between: BlobStore): AsyncGenerator<Uint8Array> {
	for (const ref of parts) {
		const part = await between.get(ref);
		if (part.length > PART_BYTES) throw new UserError('a part of a file is too long');
		yield part;
	}
}

async function textOf({ parts }: RunCargo, between: BlobStore): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of contentOf(parts, between)) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}
