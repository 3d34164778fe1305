import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ModelError, UserError } from '../../../gpu/errors.ts';
import { writePreferred } from '../../../gpu/models/installed.ts';
import { type LibraryOptions, ModelLibrary } from '../../../gpu/models/library.ts';
import { writeTensorFile } from '../../../gpu/models/pytorch/write-tensor-file.ts';
import {
	cacheRepository,
	downloadRepository,
	type RepositoryOptions,
	STAGE_1,
	STAGE_2,
} from '../../fakes/deepfloyd.ts';
import { saveTensors } from './safetensors-files.ts';

const BUNDLED = 'assets/models/emoji-if';

let modelDir: string;
beforeAll(() => {
	modelDir = mkdtempSync(join(tmpdir(), 'models-'));
	for (const stage of ['stage1', 'stage2']) {
		cpSync(join('test/fixtures/unet', stage), join(modelDir, stage, 'unet'), { recursive: true });
		rmSync(join(modelDir, stage, 'unet', 'golden.safetensors'));
		writeFileSync(join(modelDir, stage, 'model_index.json'), '{"_class_name": "IFPipeline"}');
		cpSync(join(BUNDLED, 'scheduler'), join(modelDir, stage, 'scheduler'), { recursive: true });
	}
	mkdirSync(join(modelDir, 'not-a-model'));
});
afterAll(() => rmSync(modelDir, { recursive: true }));

const setIndex = (index: object) => writeFileSync(join(modelDir, 'stage1', 'model_index.json'), JSON.stringify(index));

const libraryOf = (folder = modelDir, options: LibraryOptions = {}) =>
	new ModelLibrary({ folders: [folder], ...options });
const summarise = (directory: string) => libraryOf().summarise(basename(directory), directory);

describe('the list', () => {
	test('has the bundled models first, then those in MODEL_DIR', async () => {
		const names = [...(await libraryOf().list()).keys()];
		expect(names[0]).toBe('emoji-if');
		expect(names.slice(-2)).toEqual(['stage1', 'stage2']);
	});

	test('works without MODEL_DIR, or with one that does not exist', async () => {
		const bundled = [...(await new ModelLibrary().list()).keys()];
		expect(bundled[0]).toBe('emoji-if');
		expect(bundled).not.toContain('stage1');
		expect([...(await libraryOf(join(modelDir, 'nowhere')).list()).keys()]).toEqual(bundled);
	});

	test('begins with the preferred ones, of which some may be gone', async () => {
		const preferred = join(modelDir, 'preferred-models.json');
		await writePreferred(preferred, ['stage2', 'gone', 'stage1']);
		const names = [...(await libraryOf(modelDir, { preferred }).list()).keys()];
		expect(names.slice(0, 3)).toEqual(['stage2', 'stage1', 'emoji-if']);
		expect(new Set(names).size).toBe(names.length);
		for (const damage of ['', '{"stage1": 1}', '[1, null]']) {
			writeFileSync(preferred, damage);
			expect([...(await libraryOf(modelDir, { preferred }).list()).keys()][0]).toBe('emoji-if');
		}
		rmSync(preferred);
	});

	test('names the existing models if one is not found', async () => {
		const attempt = libraryOf().find('stage3');
		await expect(attempt).rejects.toThrow(UserError);
		await expect(attempt).rejects.toThrow('There is no model "stage3"; the models here are: emoji-if, ');
		expect(await libraryOf().find('stage1')).toBe(join(modelDir, 'stage1'));
	});
});

describe('summarise', () => {
	test('includes the vocabulary of the model or of the encoder that it uses, if there is one', async () => {
		const bundled = (name: string) => summarise(join(BUNDLED, '..', name));
		const { vocabulary } = await bundled('emoji-if');
		expect(vocabulary?.things).toContain('dog');
		expect((await bundled('emoji-if-upscaler')).vocabulary).toEqual(vocabulary);
		expect((await summarise(join(modelDir, 'stage1'))).vocabulary).toBeUndefined();
	});

	test('leaves the vocabulary out where only the prompts of a file can be read', async () => {
		const embeddings = join(modelDir, 'own.safetensors');
		const embedding = { dtype: 'float16', shape: [1, 77, 384], bytes: new Uint8Array(2 * 77 * 384) } as const;
		writeFileSync(embeddings, writeTensorFile(new Map([['a dog', embedding]])));
		const summary = await libraryOf(modelDir, { embeddings }).summarise('emoji-if', BUNDLED);
		rmSync(embeddings);
		expect(summary.knownPrompts).toEqual(['a dog']);
		expect(summary).not.toHaveProperty('vocabulary');
	});

	test('counts parameters and has defaults', async () => {
		setIndex({});
		expect(await summarise(join(modelDir, 'stage1'))).toEqual({
			name: 'stage1',
			summary: 'DeepFloyd IF, stage I',
			stage: 1,
			revision: expect.stringMatching(/^[0-9a-f]{12}$/),
			sampleSize: 16,
			parameters: 99518, // as diffusers counts them
			guidanceScale: 7,
			textWidth: 48,
			knownPrompts: [],
		});
	});

	test('recognises stage II by its noise level, and has its defaults', async () => {
		expect(await summarise(join(modelDir, 'stage2'))).toMatchObject({
			summary: 'DeepFloyd IF, stage II',
			stage: 2,
			guidanceScale: 4,
		});
	});

	test('refuses unusable models: with an unknown text encoder, or without a schedule', async () => {
		setIndex({});
		const encoder = join(modelDir, 'stage1', 'text_encoder');
		mkdirSync(encoder);
		writeFileSync(join(encoder, 'config.json'), '{"model_type": "gpt2"}');
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow('field "model_type" is "gpt2"');
		rmSync(encoder, { recursive: true });
		const schedule = join(modelDir, 'stage1', 'scheduler', 'scheduler_config.json');
		const kept = readFileSync(schedule);
		rmSync(schedule);
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow(ModelError);
		writeFileSync(schedule, kept);
		expect(await summarise(join(modelDir, 'stage1'))).toMatchObject({ name: 'stage1' });
	});

	test('refuses a stage II whose two schedules differ', async () => {
		const noising = join(modelDir, 'stage2', 'image_noising_scheduler');
		mkdirSync(noising);
		writeFileSync(join(noising, 'scheduler_config.json'), '{"beta_schedule": "linear"}');
		await expect(summarise(join(modelDir, 'stage2'))).rejects.toThrow(/image_noising_scheduler.*the same noise/);
		rmSync(noising, { recursive: true });
	});

	test('reads summary and guidance scale from the model', async () => {
		setIndex({ flipside: { guidanceScale: 4, summary: 'knows two things' } });
		expect(await summarise(join(modelDir, 'stage1'))).toMatchObject({ guidanceScale: 4, summary: 'knows two things' });
	});

	test.each<[object, string]>([
		[{ flipside: { guidanceScale: 'high' } }, 'field "flipside.guidanceScale" is "high"'],
		[{ flipside: { guidance: 4 } }, 'unknown field "flipside.guidance" (4)'],
	])('refuses %j', async (index, message) => {
		setIndex(index);
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow(ModelError);
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow(message);
	});

	test('names a configuration that is not JSON', async () => {
		setIndex({});
		const path = join(modelDir, 'stage1', 'unet', 'config.json');
		const config = readFileSync(path);
		writeFileSync(path, '{');
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow(`${path}: is not JSON`);
		writeFileSync(path, config);
	});
});

describe('the prompt source', () => {
	/** The width of the fixtures' networks. */
	const WIDTH = 32;
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'library-'));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const stage1 = (options?: RepositoryOptions, name = STAGE_1) =>
		downloadRepository(join(folder, name), STAGE_1, options);
	const stage2 = () => downloadRepository(join(folder, STAGE_2), STAGE_2);
	const writeEmbeddings = (path: string, width = WIDTH) => {
		const shape = [1, 77, width];
		const entry = { dtype: 'F16', shape, bytes: new Uint8Array(2 * 77 * width) };
		saveTensors(path, new Map(['', 'a man', 'a dog'].map((prompt) => [prompt, entry])));
		return path;
	};
	const sourceOf = (directory: string, options?: LibraryOptions) =>
		libraryOf(folder, options).promptSource(directory, WIDTH);

	test("is the model's own encoder", async () => {
		const directory = stage1();
		expect(await sourceOf(directory)).toEqual({ encoder: directory });
	});

	test("is another model's encoder of the same width, such as for stage II", async () => {
		const directory = stage2();
		expect(await sourceOf(directory)).toEqual({ broughtOfWidth: WIDTH });
		expect(await libraryOf(folder).summarise(STAGE_2, directory)).toMatchObject({ knownPrompts: [] });
		const encoder = stage1();
		expect(await sourceOf(directory)).toEqual({ encoder });
	});

	test('is a file of embeddings in the directory, whose prompts the summary lists', async () => {
		const directory = stage1({ encoder: false });
		const embeddings = writeEmbeddings(join(directory, 'prompts.safetensors'));
		expect(await sourceOf(directory)).toEqual({ embeddings });
		expect(await libraryOf(folder).summarise(STAGE_1, directory)).toMatchObject({
			knownPrompts: ['', 'a man', 'a dog'],
		});
	});

	test('is a file of embeddings in another model, or one beside the models', async () => {
		const directory = stage2();
		const embeddings = writeEmbeddings(join(stage1({ encoder: false }), 'prompts.safetensors'));
		expect(await sourceOf(directory)).toEqual({ embeddings });
		// Other files are ignored.
		writeFileSync(join(folder, 'another.pth'), 'of another thing');
		const beside = join(folder, 'embeds.pth');
		const embedding = { dtype: 'float16', shape: [1, 77, WIDTH], bytes: new Uint8Array(2 * 77 * WIDTH) } as const;
		writeFileSync(beside, writeTensorFile(new Map([['a dog', embedding]])));
		expect(await sourceOf(directory)).toEqual({ embeddings: beside });
	});

	test('is an encoder in a folder of its own, of which a model that has one makes no use', async () => {
		const [directory, whole] = [stage2(), stage1()];
		const encoder = join(folder, 'T5-XXL');
		for (const part of ['text_encoder', 'tokenizer']) {
			cpSync(join(whole, part), join(encoder, part), { recursive: true });
		}
		expect(await sourceOf(directory)).toEqual({ encoder });
		expect(await sourceOf(whole)).toEqual({ encoder: whole });
		expect([...(await libraryOf(folder).list()).keys()]).not.toContain('T5-XXL');
		rmSync(join(encoder, 'tokenizer'), { recursive: true });
		expect(await sourceOf(directory)).toEqual({ encoder: whole });
	});

	test('is what the configuration names, even if the model has its own', async () => {
		const directory = stage1();
		const other = stage1({}, 'other');
		const embeddings = writeEmbeddings(join(folder, 'prompts.safetensors'));
		expect(await sourceOf(directory, { textEncoder: 'other' })).toEqual({ encoder: other });
		expect(await sourceOf(directory, { textEncoder: other })).toEqual({ encoder: other });
		expect(await sourceOf(directory, { embeddings })).toEqual({ embeddings });
		expect(await sourceOf(directory, { embeddings, textEncoder: 'other' })).toEqual({ embeddings });
		// The bundled models keep their encoder, which has another width.
		expect(await libraryOf(folder, { embeddings }).summarise('emoji-if', BUNDLED)).not.toHaveProperty('knownPrompts');
	});

	test.each<[string, (path: string) => LibraryOptions, string]>([
		['a damaged file', (embeddings) => ({ embeddings }), 'prompts.safetensors'],
		['a missing model', () => ({ textEncoder: 'nobody' }), 'There is no model "nobody"'],
	])(
		'is reported if the configuration names %s, which only affects models without another source',
		async (_, options, problem) => {
			const path = join(folder, 'prompts.safetensors');
			writeFileSync(path, 'no embeddings');
			const library = libraryOf(folder, options(path));
			const directory = stage2();
			expect((await library.damagedSource())?.damage).toContain(problem);
			await expect(library.promptSource(directory, WIDTH)).rejects.toThrow(problem);
			expect(await library.summarise('emoji-if', BUNDLED)).toMatchObject({ name: 'emoji-if' });
			const encoder = stage1();
			expect(await library.promptSource(directory, WIDTH)).toEqual({ encoder });
			expect(await libraryOf(folder).damagedSource()).toBeUndefined();
		},
	);
});

describe('repositories of two owners with the same name', () => {
	test('get the owner in their names, but a model found twice is listed once', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'library-'));
		cacheRepository(folder, STAGE_1);
		const theirs = cacheRepository(folder, STAGE_1, { owner: 'somebody' });
		const names = async (...folders: string[]) => [...(await new ModelLibrary({ folders }).list()).keys()].slice(2);
		expect(await names(folder)).toEqual([STAGE_1, `somebody--${STAGE_1}`]);
		expect(await names(folder, theirs.repository)).toEqual([STAGE_1, `somebody--${STAGE_1}`]);
		rmSync(folder, { recursive: true });
	});
});
