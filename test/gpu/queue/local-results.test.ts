import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLocalResultStore, resultDirectory } from '../../../gpu/queue/local-results.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { resultsContract, type Stores, someResult } from './results-contract.ts';

let directory: string;
beforeEach(async () => {
	directory = await mkdtemp(join(tmpdir(), 'flipside-results-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function makeStores(blobs = memoryBlobs()): Stores {
	return { blobs, results: createLocalResultStore(resultDirectory(directory), blobs) };
}

resultsContract(makeStores);

test('stores share their folder', async () => {
	const { results, blobs } = makeStores();
	const result = await someResult(blobs);
	await results.put('a key', result);
	expect(await makeStores(blobs).results.get('a key')).toEqual(result);
});

test('half a file is not a result', async () => {
	const { results, blobs } = makeStores();
	await results.put('a key', await someResult(blobs));
	const [file] = await readdir(resultDirectory(directory));
	await writeFile(join(resultDirectory(directory), file), '{"images": [');
	expect(await results.get('a key')).toBeUndefined();
});
