import {
	closeSync,
	cpSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	rmSync,
	truncateSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findEmbeddings } from '../../../../gpu/models/embeddings/find.ts';
import { ModelLibrary } from '../../../../gpu/models/library.ts';
import { RawTensor } from '../../../../gpu/models/pytorch/tensor-file.ts';
import { writeTensorFile } from '../../../../gpu/models/pytorch/write-tensor-file.ts';
import { createShelf } from '../../../../gpu/worker/shelf.ts';
import { cacheRepository, downloadRepository, STAGE_1 } from '../../../fakes/deepfloyd.ts';
import { embeddingsOf } from '../../../fakes/embeddings.ts';
import { pipe } from '../../../fakes/pipe.ts';
import { saveTensors } from '../safetensors-files.ts';

/** The width of the fixtures' networks. */
const WIDTH = 32;

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'find-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const writeGood = (path: string, width = WIDTH) => {
	writeFileSync(path, embeddingsOf(['', 'a dog'], { width }));
	return path;
};
const FOREIGN = 'test/fixtures/pytorch/refused-module.pth';

describe('a file of embeddings is found', () => {
	const sourceOf = (directory: string) => new ModelLibrary({ folders: [folder] }).promptSource(directory, WIDTH);

	test.each(['prompt_embeds_dict.pth', 'embeds.pt', 'UPPER.PTH'])('in or above a directory as %s', async (name) => {
		const directory = downloadRepository(join(folder, STAGE_1), STAGE_1, { encoder: false });
		const above = writeGood(join(folder, name));
		expect(await sourceOf(directory)).toEqual({ embeddings: above });
		const inside = writeGood(join(directory, name));
		expect(await sourceOf(directory)).toEqual({ embeddings: inside });
	});

	test('as .safetensors above it', async () => {
		const directory = downloadRepository(join(folder, STAGE_1), STAGE_1, { encoder: false });
		const embeddings = join(folder, 'prompts.safetensors');
		const bytes = new Uint8Array(2 * 77 * WIDTH);
		saveTensors(embeddings, new Map([['a dog', { dtype: 'F16', shape: [1, 77, WIDTH], bytes }]]));
		expect(await sourceOf(directory)).toEqual({ embeddings });
	});

	test.each<[string, (hub: string, repository: string, snapshot: string) => string]>([
		['a snapshot', (_, __, snapshot) => snapshot],
		['a repository', (_, repository) => repository],
		['the root', (hub) => hub],
	])("in %s of the hub's cache", async (_, place) => {
		const { repository, snapshot } = cacheRepository(folder, STAGE_1, { encoder: false });
		const embeddings = writeGood(join(place(folder, repository, snapshot), 'prompt_embeds_dict.pth'));
		expect(await sourceOf(snapshot)).toEqual({ embeddings });
	});

	test('among files of other kinds and widths', async () => {
		cpSync(FOREIGN, join(folder, 'a-model.pth'));
		writeFileSync(join(folder, 'b-text.safetensors'), 'of another thing');
		writeGood(join(folder, 'c-wide.pth'), 48);
		pipe(join(folder, 'd-pipe.pth'));
		mkdirSync(join(folder, 'e-folder.pth'));
		const file = writeGood(join(folder, 'f-good.pth'));
		expect(await findEmbeddings([join(folder, 'nowhere'), folder], WIDTH)).toEqual({ file });
	});
});

describe('if no file is usable, the problem of the first one is reported:', () => {
	test.each<[string, (path: string) => void, RegExp]>([
		['cut off', (path) => truncateSync(writeGood(path), 5000), /^a.pth: is damaged or cut off/],
		['another width', (path) => writeGood(path, 48), /a.pth: holds embeddings of width 48, but .* those of 32/],
		[
			"git's pointer",
			(path) => writeFileSync(path, 'version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 12\n'),
			/^a.pth: is only git's pointer to the file; run "git lfs pull" there/,
		],
		['a pipe', pipe, /^a.pth: is not a file; put the right one/],
	])('%s', async (_, write, problem) => {
		const path = join(folder, 'a.pth');
		write(path);
		writeFileSync(join(folder, 'b.pth'), 'something else');
		expect(await findEmbeddings([folder], WIDTH)).toEqual({
			damage: { name: 'a.pth', damage: expect.stringMatching(problem) },
		});
	});

	test('once in the list of models, for all models that would use it', async () => {
		for (const name of ['one', 'two']) downloadRepository(join(folder, name), STAGE_1, { encoder: false });
		truncateSync(writeGood(join(folder, 'prompt_embeds_dict.pth')), 5000);
		const device = { provider: 'cpu', threads: 1 } as const;
		const shelf = createShelf({ folders: [folder], embeddingsFolder: join(folder, 'cache'), device });
		const { usable, damaged } = await shelf.list();
		expect(usable.map(({ name }) => name)).toEqual(expect.arrayContaining(['one', 'two']));
		expect(usable.every(({ guessedPace = 0 }) => guessedPace > 0)).toBe(true);
		expect(damaged).toEqual([
			{ name: 'prompt_embeds_dict.pth', damage: expect.stringContaining('is damaged or cut off') },
		]);
	});
});

describe('a large file of another kind', () => {
	/** Writes only the beginning and then zeros, which would look cut off to whoever reads on. */
	const writeBeginning = (path: string, beginning: Uint8Array) => {
		const file = openSync(path, 'w');
		writeSync(file, beginning);
		closeSync(file);
		truncateSync(path, 600e6);
	};

	test.each<[string, () => Uint8Array]>([
		[
			'weights.pth',
			() => writeTensorFile(new Map([['conv.weight', new RawTensor('float32', [4], new Uint8Array(16))]])),
		],
		[
			'weights.safetensors',
			() => {
				const header = { 'conv.weight': { dtype: 'U8', shape: [600e6 - 208], data_offsets: [0, 600e6 - 208] } };
				const length = Buffer.alloc(8);
				length.writeBigUInt64LE(200n);
				return Buffer.concat([length, Buffer.from(JSON.stringify(header).padEnd(200))]);
			},
		],
	])('is recognised by its beginning: %s', async (name, beginning) => {
		const path = join(folder, name);
		writeBeginning(path, beginning());
		const before = process.memoryUsage().arrayBuffers;
		const { damage } = await findEmbeddings([folder], WIDTH);
		expect(damage?.damage).toMatch(/the embedding of "conv.weight" has the shape \[\d+\], expected/);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
	});

	test('is not confused with embeddings of the same size', async () => {
		const tensor = new RawTensor('float32', [1, 77, 65_536], new Uint8Array(4 * 77 * 65_536));
		const path = join(folder, 'large.pth');
		writeFileSync(path, writeTensorFile(new Map([['a dog', tensor]])));
		expect(await findEmbeddings([folder], 65_536)).toEqual({ file: path });
	});
});
