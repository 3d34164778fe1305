import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { deepFloyd } from '../../../gpu/models/deepfloyd/family.ts';
import { familyOf } from '../../../gpu/models/families.ts';

let directory: string;
beforeAll(() => {
	directory = mkdtempSync(join(tmpdir(), 'family-'));
	mkdirSync(join(directory, 'unet'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function setClasses(pipeline: unknown, network: unknown): void {
	writeFileSync(join(directory, 'model_index.json'), JSON.stringify({ _class_name: pipeline }));
	writeFileSync(join(directory, 'unet', 'config.json'), JSON.stringify({ _class_name: network }));
}

test.each([
	['IFPipeline', 'UNet2DConditionModel'],
	['IFSuperResolutionPipeline', 'UNet2DConditionModel'],
	[undefined, undefined],
])('%s with a %s is DeepFloyd IF', async (pipeline, network) => {
	setClasses(pipeline, network);
	expect(await familyOf(directory)).toBe(deepFloyd);
});

test.each(['UNet2DModel', 7, null])('a network of class %j is refused, naming the file', async (network) => {
	setClasses('DDPMPipeline', network);
	await expect(familyOf(directory)).rejects.toThrow(ModelError);
	const path = join(directory, 'unet', 'config.json');
	await expect(familyOf(directory)).rejects.toThrow(
		`${path}: field "_class_name" is "${network}", a network that is not supported`,
	);
});
