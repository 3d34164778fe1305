import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { modelsIn } from '../../../gpu/models/scan.ts';
import { cacheRepository, downloadRepository, STAGE_1, STAGE_2 } from '../../fakes/deepfloyd.ts';
import { pipe } from '../../fakes/pipe.ts';

let root: string;
beforeEach(() => {
	root = mkdtempSync(join(tmpdir(), 'scan-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const COMMITS = ['1'.repeat(40), '2'.repeat(40)];

test('finds models in a folder with other things', async () => {
	for (const name of [STAGE_2, STAGE_1]) downloadRepository(join(root, name), name);
	mkdirSync(join(root, 'not-a-model'));
	writeFileSync(join(root, 'README.md'), '');
	expect(await modelsIn(root)).toEqual([
		{ name: STAGE_1, directory: join(root, STAGE_1) },
		{ name: STAGE_2, directory: join(root, STAGE_2) },
	]);
});

test('accepts the folder of a single model', async () => {
	const directory = downloadRepository(join(root, STAGE_1), STAGE_1);
	expect(await modelsIn(directory)).toEqual([{ name: STAGE_1, directory }]);
	expect(await modelsIn(`${directory}/`)).toEqual([{ name: STAGE_1, directory }]);
});

test('finds a model without model_index.json, which people may not copy', async () => {
	downloadRepository(join(root, STAGE_1), STAGE_1);
	rmSync(join(root, STAGE_1, 'model_index.json'));
	expect(await modelsIn(root)).toEqual([{ name: STAGE_1, directory: join(root, STAGE_1) }]);
});

test.each(['nowhere', 'empty'])('finds nothing in a folder that is %s', async (name) => {
	mkdirSync(join(root, 'empty'));
	expect(await modelsIn(join(root, name))).toEqual([]);
});

describe("the hub's cache", () => {
	const found = (snapshot: string, name = STAGE_1, owner = 'DeepFloyd') => {
		return { name, directory: snapshot, repository: `${owner}/${name}` };
	};

	test.each<[what: string, folder: (hub: string, repository: string, snapshot: string) => string]>([
		['the folder above', () => root],
		['its root', (hub) => hub],
		['one repository', (_, repository) => repository],
		['one snapshot', (_, __, snapshot) => snapshot],
	])('is searched from %s, and models are named after their repositories', async (_, folder) => {
		const hub = join(root, 'hub');
		const { repository, snapshot } = cacheRepository(hub, STAGE_1);
		expect(await modelsIn(folder(hub, repository, snapshot))).toEqual([found(snapshot)]);
	});

	test('gives the snapshot of main if there are several', async () => {
		const [, second] = COMMITS.map((commit) => cacheRepository(root, STAGE_1, { commit }));
		expect(await modelsIn(root)).toEqual([found(second.snapshot)]);
	});

	test('gives the newest snapshot with a model if main points to none', async () => {
		const [first, second] = COMMITS.map((commit) => cacheRepository(root, STAGE_1, { commit }));
		rmSync(join(first.repository, 'refs'), { recursive: true });
		utimesSync(first.snapshot, 2000, 2000);
		utimesSync(second.snapshot, 1000, 1000);
		mkdirSync(join(first.repository, 'snapshots', '3'.repeat(40)));
		expect(await modelsIn(root)).toEqual([found(first.snapshot)]);
	});

	test('does not wait for a pipe in place of the reference', async () => {
		const { repository, snapshot } = cacheRepository(root, STAGE_1);
		pipe(join(repository, 'refs', 'main'));
		expect(await modelsIn(root)).toEqual([found(snapshot)]);
	});

	test('ignores repositories of other kinds, and one that has barely been downloaded', async () => {
		mkdirSync(join(root, 'models--openai--clip', 'snapshots', COMMITS[0]), { recursive: true });
		mkdirSync(join(root, 'datasets--ylecun--mnist', 'snapshots', COMMITS[0]), { recursive: true });
		mkdirSync(join(root, 'models--DeepFloyd--IF-I-L-v1.0', 'blobs'), { recursive: true });
		expect(await modelsIn(root)).toEqual([]);
	});
});
