import {
	existsSync,
	mkdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preferredModels } from '../../../../gpu/models/installed.ts';
import { createShelf } from '../../../../gpu/worker/shelf.ts';
import { readConfig } from '../../../../src/base/config.ts';
import { modelVerbs } from '../../../../src/operator/models/verbs.ts';
import { downloadRepository, STAGE_1, STAGE_2 } from '../../../fakes/deepfloyd.ts';
import { TOKEN } from '../../../fakes/hub.ts';
import { OTHER_STAGE_1, type Puller, startPuller, WEIGHTS } from './puller.ts';

let puller: Puller;
let modelDir: string;
beforeEach(async () => {
	puller = await startPuller();
	modelDir = `${puller.directory}/theirs`;
	mkdirSync(modelDir);
});
afterEach(() => puller.close());

async function models(verb: string, ...words: string[]) {
	return run(verb, words, false);
}

async function run(verb: string, words: string[], json: boolean) {
	const printed: string[] = [];
	const variables = {
		DATA_DIR: puller.dataDir,
		MODEL_DIR: modelDir,
		HF_ENDPOINT: `${puller.fake.endpoint}/`,
		HF_HOME: `${puller.directory}/home`,
	};
	const status = await modelVerbs[`models ${verb}`].run({
		words,
		json,
		config: () => readConfig([], variables),
		print: (text) => printed.push(text),
		complain: (text) => printed.push(text),
		meter: () => {},
	});
	return { status, text: printed.join('\n') };
}

const jsonOf = async (verb: string, ...words: string[]) => JSON.parse((await run(verb, words, true)).text);

const ordered = async () => {
	const shelf = createShelf({
		folders: puller.places.folders,
		preferred: preferredModels(puller.dataDir),
		embeddingsFolder: `${puller.directory}/embeddings`,
		device: { provider: 'cpu', threads: 1 },
	});
	return (await shelf.list()).usable.map(({ name }) => name);
};

describe('pull', () => {
	test('says what it does, and when there is nothing to do', async () => {
		const dry = await models('pull', STAGE_1, '--dry-run');
		expect(dry.text).toMatch(/^ *\d+ KiB {2}unet\/diffusion_pytorch_model\.fp16\.safetensors$/m);
		expect(dry.text).toMatch(/\n\d+ KiB to download; \S+ \w+ is free\.$/);
		const { status, text } = await models('pull', `DeepFloyd/${STAGE_1}`);
		expect([status, text]).toEqual([
			0,
			expect.stringMatching(/^IF-I-M-v1\.0 is complete: \d+ KiB came\.\nmodels use IF-I-M-v1\.0 makes it the default/),
		]);
		expect((await models('pull', STAGE_1)).text).toMatch(/^IF-I-M-v1\.0 is complete already, so nothing was/);
		expect(await jsonOf('pull', STAGE_1)).toMatchObject({ state: 'complete', model: STAGE_1 });
	});

	test('takes the token that the hub’s own program keeps', async () => {
		puller.fake.gated = true;
		mkdirSync(`${puller.directory}/home`);
		writeFileSync(`${puller.directory}/home/token`, `${TOKEN}\n`);
		expect((await models('pull', STAGE_1, '--no-encoder')).status).toBe(0);
	});

	test('uses an encoder that is there by other means', async () => {
		downloadRepository(`${modelDir}/${OTHER_STAGE_1}`, STAGE_1);
		await models('pull', STAGE_1);
		expect(existsSync(puller.at('T5-XXL'))).toBe(false);
	});

	test.each([
		[[], 'models pull takes one REPOSITORY, for example models pull DeepFloyd/IF-I-M-v1.0.'],
		[[STAGE_1, STAGE_2], 'models pull takes one REPOSITORY, for example models pull DeepFloyd/IF-I-M-v1.0.'],
	])('refuses %j', async (words, sentence) => {
		await expect(models('pull', ...words)).rejects.toThrow(sentence);
	});
});

describe('list', () => {
	test('tells sizes, stages, what is the default, and what is not complete', async () => {
		await models('pull', STAGE_1);
		puller.fake.statuses.push(404);
		await expect(models('pull', STAGE_2)).rejects.toThrow();
		mkdirSync(`${modelDir}/broken/unet`, { recursive: true });
		writeFileSync(`${modelDir}/broken/unet/config.json`, '{}');
		const lines = (await models('list')).text.split('\n');
		expect(lines).toContainEqual(expect.stringMatching(/^emoji-if \(the default\): stage I, \S+ MiB, complete$/));
		expect(lines).toContainEqual(expect.stringMatching(/^IF-I-M-v1\.0: stage I, \S+ KiB, complete$/));
		expect(lines).toContainEqual(expect.stringMatching(/^T5-XXL: text encoder, \S+ KiB, complete$/));
		expect(lines).toContainEqual(
			expect.stringMatching(
				/^IF-II-M-v1\.0: .*, incomplete: .* of .* files missing; models pull DeepFloyd\/IF-II-M-v1\.0 resumes it$/,
			),
		);
		expect(lines).toContainEqual(expect.stringMatching(/^broken: unknown stage, .*config\.json.*/));
		const { models: entries } = await jsonOf('list');
		expect(entries).toContainEqual({
			name: STAGE_1,
			kind: 'model',
			stage: 1,
			bytes: expect.any(Number),
			complete: true,
			problem: null,
			default: false,
			directory: puller.at(STAGE_1),
		});
	});
});

describe('use', () => {
	test('puts a model of each stage first, for a running bot too', async () => {
		await models('pull', STAGE_1);
		await models('pull', STAGE_2);
		expect((await models('use', `DeepFloyd/${STAGE_1}`)).text).toMatch(/^IF-I-M-v1\.0 is now the model where/);
		await models('use', STAGE_2);
		expect(await ordered()).toEqual([STAGE_2, STAGE_1, 'emoji-if', 'emoji-if-upscaler']);
		expect((await models('list')).text).toMatch(/^IF-II-M-v1\.0 \(the default\)[\s\S]*^IF-I-M-v1\.0 \(the default\)/m);
		await models('use', 'emoji-if');
		expect(await ordered()).toEqual(['emoji-if', STAGE_2, 'emoji-if-upscaler', STAGE_1]);
	});

	test('refuses what is not there, and what cannot be used', async () => {
		await expect(models('use', 'emoji')).rejects.toThrow(/^There is no model "emoji".*; the models here are: emoji-if/);
		await models('pull', STAGE_1);
		await expect(models('use', 'T5-XXL')).rejects.toThrow(/^T5-XXL is a text encoder/);
		truncateSync(puller.at(STAGE_1, WEIGHTS), 1000);
		await expect(models('use', STAGE_1)).rejects.toThrow(/^IF-I-M-v1\.0 cannot be the default, .*\(incomplete: /);
	});
});

describe('remove', () => {
	test('wants to be sure, and keeps the encoder as long as it is needed', async () => {
		await models('pull', STAGE_1);
		await models('pull', OTHER_STAGE_1);
		await models('use', STAGE_1);
		await expect(models('remove', STAGE_1)).rejects.toThrow(
			/^This would delete IF-I-M-v1\.0 \(\S+ KiB\) in .*; add --yes/,
		);
		await expect(models('remove', 'T5-XXL', '--yes')).rejects.toThrow(
			'T5-XXL reads the prompts of IF-I-M-v1.0, IF-I-L-v1.0; remove what needs it first.',
		);
		expect((await models('remove', STAGE_1, '--yes')).text).toMatch(/^Deleted IF-I-M-v1\.0 \(\S+ KiB\)\.$/);
		expect(existsSync(puller.at(STAGE_1))).toBe(false);
		expect(await ordered()).toEqual(['emoji-if', 'emoji-if-upscaler', OTHER_STAGE_1]);
		expect((await models('remove', OTHER_STAGE_1, '--yes')).text).toMatch(/ and T5-XXL \(\S+ KiB\)\.$/);
		expect(existsSync(puller.at('T5-XXL'))).toBe(false);
	});

	test('leaves alone what is not in the data directory', async () => {
		downloadRepository(`${modelDir}/${STAGE_1}`, STAGE_1);
		for (const name of [STAGE_1, 'emoji-if']) {
			await expect(models('remove', name, '--yes')).rejects.toThrow(/lies in .*, so it is not the bot's to delete\.$/);
		}
		mkdirSync(puller.at(), { recursive: true });
		symlinkSync(`${modelDir}/${STAGE_1}`, puller.at('linked'));
		expect((await models('remove', 'linked', '--yes')).text).toMatch(/^Deleted linked/);
		expect(existsSync(`${modelDir}/${STAGE_1}/model_index.json`)).toBe(true);
	});
});

describe('verify', () => {
	test('names damaged and missing files, which the next pull brings', async () => {
		await models('pull', STAGE_1);
		const record = puller.at(STAGE_1, 'pulled.json');
		const { mtimeMs } = statSync(record);
		expect(await models('verify', STAGE_1)).toEqual({ status: 0, text: 'All 10 files are intact.' });
		expect(statSync(record).mtimeMs).toBe(mtimeMs);
		const bytes = readFileSync(puller.at(STAGE_1, WEIGHTS));
		bytes[bytes.length - 1] ^= 1;
		writeFileSync(puller.at(STAGE_1, WEIGHTS), bytes);
		rmSync(puller.at('T5-XXL', 'tokenizer/spiece.model'));
		const verified = await models('verify', STAGE_1);
		expect(verified.status).toBe(1);
		expect(verified.text.split('\n')).toEqual([
			`damaged: ${WEIGHTS}`,
			'missing: T5-XXL/tokenizer/spiece.model',
			'models pull IF-I-M-v1.0 downloads them again.',
		]);
		expect(await jsonOf('verify', STAGE_1)).toMatchObject({ ok: false, damaged: [WEIGHTS] });
		expect((await models('list')).text).toMatch(
			/^IF-I-M-v1\.0: stage I, .*, damaged: unet\/.*; models pull DeepFloyd\/IF-I-M/m,
		);
		puller.fake.seen.length = 0;
		await models('pull', STAGE_1);
		expect(
			puller.fake.seen.filter(({ path }) => path.includes('/resolve/')).map(({ path }) => path.split('/').pop()),
		).toEqual(['diffusion_pytorch_model.fp16.safetensors', 'spiece.model'].flatMap((name) => [name, name]));
		expect((await models('verify', STAGE_1)).status).toBe(0);
	});

	test('needs hashes', async () => {
		await expect(models('verify', 'emoji-if')).rejects.toThrow(/^emoji-if was not brought by models pull/);
		await models('pull', STAGE_1, '--no-encoder');
		renameSync(puller.at(STAGE_1), `${modelDir}/moved`);
		expect(await models('verify', 'moved')).toEqual({ status: 0, text: 'All 6 files are intact.' });
	});
});
