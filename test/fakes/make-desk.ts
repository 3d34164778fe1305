/** Makes a desk with the real commands and database, and fake runners. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { BlobStore } from '../../gpu/queue/blobs.ts';
import { blobDirectory, createLocalBlobStore } from '../../gpu/queue/local-blobs.ts';
import { createLocalResultStore, resultDirectory } from '../../gpu/queue/local-results.ts';
import { Desk, type DeskDeps } from '../../src/desk/desk.ts';
import { RequestStore } from '../../src/store/requests.ts';
import { drawFilm } from './draw-film.ts';
import { FakeRunner } from './fake-runner.ts';
import { FakeTraining } from './fake-training.ts';
import { memoryBlobs } from './memory-blobs.ts';
import { fetchFromTests } from './pictures.ts';

export type MadeDesk = Awaited<ReturnType<typeof makeDesk>>;

/** What an ended desk leaves behind. */
export interface LeftDesk {
	readonly directory: string;
	readonly store: RequestStore;
}

export type MakeDeskDeps = Partial<DeskDeps> | ((runner: FakeRunner) => Partial<DeskDeps>);

/**
 * @param parts replace the desk's own; a function gets the fake runner to make them from
 * @param before an earlier desk, to continue from as after a restart
 */
export async function makeDesk(parts: MakeDeskDeps = {}, before?: LeftDesk) {
	const directory = before?.directory ?? (await mkdtemp(join(tmpdir(), 'flipside-desk-')));
	const stored = createLocalBlobStore(blobDirectory(directory));
	const onTheirWay = new Set<Promise<unknown>>();
	let isOver = false;
	const blobs: BlobStore = {
		...stored,
		put(bytes) {
			// The folder may be gone while a last request is still being answered.
			if (isOver) return memoryBlobs().put(bytes);
			const putting = stored.put(bytes);
			onTheirWay.add(putting);
			return putting.finally(() => onTheirWay.delete(putting));
		},
	};
	const own = {
		runner: new FakeRunner(blobs),
		training: new FakeTraining(),
		artists: { draw: drawFilm },
		blobs,
		results: createLocalResultStore(resultDirectory(directory), blobs),
		store: before?.store ?? new RequestStore(),
		log: { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() },
	};
	const all = {
		commands,
		fetchPicture: fetchFromTests,
		...own,
		...(typeof parts === 'function' ? parts(own.runner) : parts),
	};
	const desk = new Desk(all);
	return {
		...own,
		directory,
		desk,
		/** Another desk with the same runner and stores. */
		again: (other: Partial<DeskDeps> = {}) => new Desk({ ...all, ...other }),
		/** Ends the runner but keeps what is stored. */
		leave: () => own.runner.close(),
		async close() {
			desk.stop();
			await own.runner.close();
			isOver = true;
			await Promise.allSettled(onTheirWay);
			await rm(directory, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
