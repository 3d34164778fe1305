/**
 * The weight files of the five checkpoints, with the names seen in diffusers' loading logs and its own tests, but without their
 * contents. IF-I-XL's shards are those that today's diffusers would save for a network of that size.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWeightFiles } from '../../../gpu/models/weight-files.ts';
import { saveTensors } from './safetensors-files.ts';

const two = (start: string, end: string) => [1, 2].map((i) => `${start}-0000${i}-of-00002.${end}`);

interface Names {
	readonly full: readonly string[];
	readonly half: readonly string[];
	readonly indexes: { readonly full?: string; readonly half?: string };
	/** Other files in the repositories, which are not read. */
	readonly others: readonly string[];
}

const UNET: Names = {
	full: ['diffusion_pytorch_model.safetensors'],
	half: ['diffusion_pytorch_model.fp16.safetensors'],
	indexes: {},
	others: ['diffusion_pytorch_model.bin', 'diffusion_pytorch_model.fp16.bin'],
};

const XL_IN_SHARDS: Names = {
	full: two('diffusion_pytorch_model', 'safetensors'),
	half: ['diffusion_pytorch_model.fp16.safetensors'],
	indexes: { full: 'diffusion_pytorch_model.safetensors.index.json' },
	others: [],
};

const T5: Names = {
	full: two('model', 'safetensors'),
	half: two('model.fp16', 'safetensors'),
	indexes: { full: 'model.safetensors.index.json', half: 'model.safetensors.index.fp16.json' },
	others: [
		...two('pytorch_model', 'bin'),
		...two('pytorch_model.fp16', 'bin'),
		'pytorch_model.bin.index.json',
		'pytorch_model.bin.index.fp16.json',
	],
};

const CHECKPOINTS: readonly [name: string, unet: Names][] = [
	['IF-I-M-v1.0', UNET],
	['IF-I-L-v1.0', UNET],
	['IF-I-XL-v1.0', UNET],
	['IF-I-XL-v1.0, sharded', XL_IN_SHARDS],
	['IF-II-M-v1.0', UNET],
	['IF-II-L-v1.0', UNET],
];

const COMPONENTS = CHECKPOINTS.flatMap(([name, unet]): [string, Names][] => [
	[`${name}/unet`, unet],
	[`${name}/text_encoder`, T5],
]);

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'published-files-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes files that each contain a tensor with the file's name. */
function write(component: string, { full, half, indexes, others }: Names, precisions = [full, half]): string {
	const path = join(folder, component);
	mkdirSync(path, { recursive: true });
	for (const name of precisions.flat())
		saveTensors(join(path, name), new Map([[name, { dtype: 'F32', shape: [1], bytes: new Uint8Array(4) }]]));
	for (const [index, names] of [
		[indexes.full, full],
		[indexes.half, half],
	] as const) {
		const map = Object.fromEntries(names.map((name) => [name, name]));
		if (index) writeFileSync(join(path, index), JSON.stringify({ metadata: { total_size: 1 }, weight_map: map }));
	}
	for (const name of ['config.json', ...others]) writeFileSync(join(path, name), '{}');
	return path;
}

const opened = async (path: string, prefer: 'full' | 'half') => {
	const { tensors } = await openWeightFiles(path, prefer);
	return [...tensors].map(([name, { file }]) => {
		expect(basename(file)).toBe(name);
		return name;
	});
};

describe.each(COMPONENTS)('%s', (component, names) => {
	test('opens in both precisions', async () => {
		const path = write(component, names);
		expect(await opened(path, 'full')).toEqual(names.full);
		expect(await opened(path, 'half')).toEqual(names.half);
	});

	test('opens in the only downloaded precision, with the indexes of both, as docs/deepfloyd.md says', async () => {
		const path = write(component, names, [names.half]);
		expect(await opened(path, 'full')).toEqual(names.half);
		expect(await opened(path, 'half')).toEqual(names.half);
		rmSync(path, { recursive: true });
		expect(await opened(write(component, names, [names.full]), 'half')).toEqual(names.full);
	});
});

test('an index without its shards names a missing one', async () => {
	const path = write('text_encoder', T5, []);
	await expect(openWeightFiles(path, 'half')).rejects.toThrow('model.fp16-00001-of-00002.safetensors: is missing');
});
