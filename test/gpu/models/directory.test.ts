import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError, UserError } from '../../../gpu/errors.ts';
import { findModelDirectory, listModelDirectories, summarise } from '../../../gpu/models/directory.ts';

const BUNDLED = 'assets/models/emoji-if';

let modelDir: string;
beforeAll(() => {
	modelDir = mkdtempSync(join(tmpdir(), 'models-'));
	for (const stage of ['stage1', 'stage2']) {
		cpSync(join('test/fixtures/unet', stage), join(modelDir, stage, 'unet'), { recursive: true });
		rmSync(join(modelDir, stage, 'unet', 'golden.safetensors'));
		writeFileSync(join(modelDir, stage, 'model_index.json'), '{"_class_name": "IFPipeline"}');
		for (const part of ['scheduler', 'text_encoder'])
			cpSync(join(BUNDLED, part), join(modelDir, stage, part), { recursive: true });
	}
	mkdirSync(join(modelDir, 'not-a-model'));
});
afterAll(() => rmSync(modelDir, { recursive: true }));

const setIndex = (index: object) => writeFileSync(join(modelDir, 'stage1', 'model_index.json'), JSON.stringify(index));

describe('listModelDirectories', () => {
	test('lists the bundled models first, then those of MODEL_DIR', async () => {
		const names = [...(await listModelDirectories(modelDir)).keys()];
		expect(names[0]).toBe('emoji-if');
		expect(names.slice(-2)).toEqual(['stage1', 'stage2']);
	});

	test('does without MODEL_DIR, and with one that is not there', async () => {
		const bundled = [...(await listModelDirectories()).keys()];
		expect(bundled[0]).toBe('emoji-if');
		expect(bundled).not.toContain('stage1');
		expect([...(await listModelDirectories(join(modelDir, 'nowhere'))).keys()]).toEqual(bundled);
	});

	test('names the models there are when one is not found', async () => {
		const attempt = findModelDirectory('stage3', modelDir);
		await expect(attempt).rejects.toThrow(UserError);
		await expect(attempt).rejects.toThrow('There is no model "stage3"; the models here are: emoji-if, ');
		expect(await findModelDirectory('stage1', modelDir)).toBe(join(modelDir, 'stage1'));
	});
});

describe('summarise', () => {
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
		});
	});

	test('knows stage II by its noise level, and has its defaults', async () => {
		expect(await summarise(join(modelDir, 'stage2'))).toMatchObject({
			summary: 'DeepFloyd IF, stage II',
			stage: 2,
			guidanceScale: 4,
		});
	});

	test('refuses what no command can use: a text encoder that is not built here, a missing schedule', async () => {
		setIndex({});
		const encoder = join(modelDir, 'stage1', 'text_encoder', 'config.json');
		const config = readFileSync(encoder);
		writeFileSync(encoder, '{"model_type": "gpt2"}');
		await expect(summarise(join(modelDir, 'stage1'))).rejects.toThrow('field "model_type" is "gpt2"');
		writeFileSync(encoder, config);
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

	test('takes summary and guidance scale from the model', async () => {
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
