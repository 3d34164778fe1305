/** Damaged or malicious model directories are each refused with one short sentence that names the file. */
import {
	appendFileSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelError } from '../../../gpu/errors.ts';
import { ModelLibrary } from '../../../gpu/models/library.ts';
import { downloadRepository, STAGE_1, STAGE_2 } from '../../fakes/deepfloyd.ts';
import { pipe } from '../../fakes/pipe.ts';
import { type FileTensor, loadTensors, saveTensors } from './safetensors-files.ts';

const UNET = 'unet/diffusion_pytorch_model.fp16.safetensors';
const T5 = 'text_encoder/model.fp16.safetensors';

let folder: string;
let directory: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'damage-'));
	directory = downloadRepository(join(folder, STAGE_1), STAGE_1);
});
afterEach(() => rmSync(folder, { recursive: true }));

const inDirectory = (file: string) => join(directory, file);
const library = () => new ModelLibrary({ folders: [folder] });
const sentence = async (name = STAGE_1) => {
	const error = await library()
		.summarise(name, join(folder, name))
		.catch((reason: unknown) => reason);
	expect(error).toBeInstanceOf(ModelError);
	const { message } = error as ModelError;
	expect(message.length).toBeLessThan(600);
	expect(message).not.toMatch(/\p{Cc}/u);
	return message;
};

const changeJson = (file: string, change: (json: Record<string, unknown>) => unknown) => {
	const json = JSON.parse(readFileSync(inDirectory(file), 'utf8'));
	writeFileSync(inDirectory(file), JSON.stringify(change(json) ?? json));
};
const changeTensors = (file: string, change: (tensor: FileTensor, name: string) => FileTensor) => {
	const tensors = [...loadTensors(inDirectory(file))];
	saveTensors(inDirectory(file), new Map(tensors.map(([name, tensor]) => [name, change(tensor, name)])));
};
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';

describe('a damaged text encoder', () => {
	const cases: readonly [what: string, damage: () => void, sentence: RegExp][] = [
		[
			'as .bin alone',
			() => renameSync(inDirectory(T5), inDirectory('text_encoder/pytorch_model.bin')),
			/text_encoder: .*only "pytorch_model.bin".*download the .safetensors/,
		],
		[
			"as git's pointer",
			() => writeFileSync(inDirectory(T5), LFS_POINTER),
			/model.fp16.safetensors: is only git's pointer/,
		],
		['whose weights are cut off', () => truncateSync(inDirectory(T5), 30_000), /model.fp16.safetensors: .*cut off/],
		['without weights', () => rmSync(inDirectory(T5)), /text_encoder: holds no weights that can be read/],
		['that is a pipe', () => pipe(inDirectory(T5)), /model.fp16.safetensors: is not a file/],
		[
			'of whole numbers',
			() => changeTensors(T5, (tensor) => ({ ...tensor, dtype: tensor.dtype === 'F16' ? 'I16' : tensor.dtype })),
			/model.fp16.safetensors: tensor .*"I16"/,
		],
		[
			'whose tokenizer is cut off',
			() => truncateSync(inDirectory('tokenizer/spiece.model'), 3000),
			/spiece.model: is not a sentencepiece model, or is cut off/,
		],
		[
			"whose tokenizer is git's pointer",
			() => writeFileSync(inDirectory('tokenizer/spiece.model'), LFS_POINTER),
			/spiece.model: is only git's pointer/,
		],
		[
			'without a tokenizer',
			() => rmSync(inDirectory('tokenizer'), { recursive: true }),
			/tokenizer: has no spiece.model and no tokenizer.json; download the tokenizer folder too/,
		],
	];
	test.each(cases)('%s', async (_, damage, expected) => {
		expect(await library().summarise(STAGE_1, directory)).toMatchObject({ name: STAGE_1 });
		damage();
		expect(await sentence()).toMatch(expected);
	});

	test('is not borrowed from another model', async () => {
		const stage2 = downloadRepository(join(folder, STAGE_2), STAGE_2);
		const source = () => library().promptSourceOf(stage2);
		expect(await source()).toEqual({ encoder: directory });
		truncateSync(inDirectory(T5), 30_000);
		expect(await source()).toEqual({ broughtOfWidth: 32 });
	});

	test('is reported if the configuration names it', async () => {
		rmSync(inDirectory('tokenizer'), { recursive: true });
		const { damage } = (await new ModelLibrary({ folders: [folder], textEncoder: STAGE_1 }).damagedSource())!;
		expect(damage).toContain('has no spiece.model');
	});
});

describe('a file with something enormous, or with control characters:', () => {
	const HUGE = 'x'.repeat(3e5);
	const shards = (name: string) => {
		rmSync(inDirectory(UNET));
		const index = { weight_map: { 'conv_in.bias': name } };
		writeFileSync(inDirectory('unet/diffusion_pytorch_model.safetensors.index.fp16.json'), JSON.stringify(index));
	};
	const config = (fields: object) => changeJson('unet/config.json', (json) => ({ ...json, ...fields }));
	const cases: readonly [what: string, damage: () => void, sentence: RegExp][] = [
		['the name of a shard', () => shards(`${HUGE}.safetensors`), /index.fp16.json: "weight_map" must map/],
		['a shard that no disk holds', () => shards('a\0.safetensors'), /index.fp16.json: "weight_map" must map/],
		[
			'a shape',
			() =>
				changeTensors(UNET, (tensor, name) =>
					name === 'conv_out.bias' ? { ...tensor, shape: Array(1e6).fill(1) } : tensor,
				),
			/"conv_out.bias": F16 \[1, 1, 1, 1, 1, 1, 1, 1, …\] takes 2 bytes, the header says 12/,
		],
		['a field', () => config({ [HUGE]: 1 }), /unet\/config.json: unknown field "x{100}…" \(1\)/],
		['a value', () => config({ act_fn: HUGE }), /field "act_fn" is "x{99}…: /],
		['a class', () => config({ _class_name: HUGE }), /field "_class_name" is "x{100}…", a network/],
		[
			'a class that is none',
			() => config({ _class_name: { toString: 1 } }),
			/field "_class_name" is "{\\"toString\\":1}", a network/,
		],
		[
			'a kind of encoder',
			() => changeJson('text_encoder/config.json', (json) => ({ ...json, model_type: HUGE })),
			/field "model_type" is "x{99}…, expected/,
		],
		[
			'the name of an encoder',
			() => changeJson('model_index.json', () => ({ flipside: { textEncoder: `../${HUGE}` } })),
			/field "flipside.textEncoder" is "/,
		],
		[
			'a summary',
			() => changeJson('model_index.json', () => ({ flipside: { summary: HUGE } })),
			/field "flipside.summary" is "/,
		],
		[
			'a configuration of depths',
			() => writeFileSync(inDirectory('unet/config.json'), '['.repeat(2e6) + ']'.repeat(2e6)),
			/config.json: has 4000000 bytes, which cannot be right; download it again/,
		],
		['a name in colours', () => config({ '\u001b[31m\n<@1>': 1 }), /unknown field "\\u001b\[31m\\n<@1>" \(1\)/],
	];
	test.each(cases)('%s', async (_, damage, expected) => {
		damage();
		expect(await sentence()).toMatch(expected);
	});
});

describe('a damaged directory', () => {
	const config = (fields: object) => changeJson('unet/config.json', (json) => ({ ...json, ...fields }));
	const t5 = (fields: object) => changeJson('text_encoder/config.json', (json) => ({ ...json, ...fields }));
	const unetDtype = (dtype: string) => changeTensors(UNET, (tensor) => ({ ...tensor, dtype }));
	const cases: readonly [what: string, damage: () => void, sentence: RegExp][] = [
		[
			'with an unknown field of the network',
			() => config({ only_new: 3 }),
			/unknown field "only_new" \(3\), which may change the pictures; use the file as published, or a newer/,
		],
		[
			'with an unknown field of the encoder',
			() => t5({ rotary: true }),
			/text_encoder\/config.json: unknown field "rotary" \(true\), which .*; use the file as published/,
		],
		['with another activation', () => t5({ dense_act_fn: 'relu' }), /"dense_act_fn" is "relu": .*; use the file as/],
		[
			'with an unknown field of the schedule',
			() => changeJson('scheduler/scheduler_config.json', (json) => ({ ...json, new_thing: 3 })),
			/unknown field "new_thing" \(3\), .*; use the file as published/,
		],
		['of whole numbers', () => unetDtype('I16'), /unknown dtype "I16"; use weights in fp32, fp16 or bf16/],
		[
			'with a matrix of another shape',
			() =>
				changeTensors(UNET, (tensor, name) =>
					name === 'conv_in.weight' ? { ...tensor, shape: [...tensor.shape].reverse() } : tensor,
				),
			/tensor "conv_in.weight" has shape \[3, 3, 3, \d+\], expected \[\d+, 3, 3, 3\]; download the weights and config.json/,
		],
		[
			'with bytes after its tensors',
			() => appendFileSync(inDirectory(UNET), Buffer.alloc(10)),
			/ends at byte \d+ of \d+, and the rest belongs to no tensor; download the file again/,
		],
		[
			'with a configuration that is none',
			() => writeFileSync(inDirectory('unet/config.json'), '{'),
			/is not JSON; download/,
		],
		[
			'with a folder in the place of a file',
			() => {
				rmSync(inDirectory(UNET));
				mkdirSync(inDirectory(UNET));
			},
			/is not a file; put the right one in its place/,
		],
		[
			'whose download stopped',
			() => renameSync(inDirectory(UNET), `${inDirectory(UNET)}.incomplete`),
			/only "diffusion_pytorch_model.fp16.safetensors.incomplete", whose download stopped; start it again/,
		],
		...['../../blobs/gone', 'diffusion_pytorch_model.fp16.safetensors'].map(
			(target) =>
				[
					`with a link to ${target}`,
					() => {
						rmSync(inDirectory(UNET));
						symlinkSync(target, inDirectory(UNET));
					},
					/fp16.safetensors: is a broken link; download the file again/,
				] as [string, () => void, RegExp],
		),
		...(
			[
				['diffusion_pytorch_model.fp16-00001-of-00002', 'diffusion_pytorch_model.safetensors.index.fp16.json'],
				['diffusion_pytorch_model-00001-of-00002', 'diffusion_pytorch_model.safetensors.index.json'],
				['model-00001-of-00002.fp16', 'model.safetensors.index.fp16.json'],
			] as const
		).map(
			([shard, index]) =>
				[
					`with ${shard} and no index`,
					() => renameSync(inDirectory(UNET), inDirectory(`unet/${shard}.safetensors`)),
					new RegExp(`only shards such as "${shard}.safetensors" without their index; download "${index}" too`),
				] as [string, () => void, RegExp],
		),
	];
	test.each(cases)('%s is refused with a remedy', async (_, damage, expected) => {
		damage();
		expect(await sentence()).toMatch(expected);
	});

	test.each<[string, () => void, RegExp]>([
		['layers', () => config({ layers_per_block: 1e9 }), /field "layers_per_block" is 1000000000/],
		['pixels', () => config({ sample_size: 2 ** 40 }), /field "sample_size" is 1099511627776: .*<=4096/],
		['levels', () => config({ block_out_channels: Array(200_000).fill(32) }), /field "block_out_channels" is \[32,/],
		['layers of the encoder', () => t5({ num_layers: 1e9 }), /field "num_layers" is 1000000000: .*<=64/],
		['words', () => t5({ vocab_size: 2 ** 40 }), /field "vocab_size" is 1099511627776: /],
		[
			'tensors',
			() => {
				const entry = { dtype: 'F16', shape: [0], bytes: new Uint8Array() };
				saveTensors(inDirectory(UNET), new Map(Array.from({ length: 20_001 }, (_, i) => [`t${i}`, entry])));
			},
			/fp16.safetensors: lists 20001 tensors, which cannot be right; download the file again/,
		],
	])('with absurdly many %s is refused at once', async (_, damage, expected) => {
		damage();
		expect(await sentence()).toMatch(expected);
	});
});

test('a ModelError is shortened to one line with its file and remedy', () => {
	const { message } = new ModelError(`a.json: \u001b[2J${'x'.repeat(1e6)}\n; download it again`);
	expect(message).toHaveLength(503);
	expect(message).toMatch(/^a\.json: {2}\[2Jx+ … x+ ; download it again$/);
});
