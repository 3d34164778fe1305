import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelError } from '../../../../gpu/errors.ts';
import { readUNetConfig } from '../../../../gpu/models/deepfloyd/config.ts';
import { graphOptions } from '../../../../gpu/models/deepfloyd/denoiser.ts';
import { promptGraph, stepGraph } from '../../../../gpu/models/deepfloyd/unet.ts';
import { openWeightFiles } from '../../../../gpu/models/weight-files.ts';
import { Weights } from '../../../../gpu/models/weights.ts';
import type { FloatType } from '../../../../gpu/onnx/dtype.ts';
import { rulesForConstants } from '../../../../gpu/onnx/lower/index.ts';
import { lower } from '../../../../gpu/onnx/lower/lower.ts';
import { toModel } from '../../../../gpu/onnx/model.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import { type FileTensor, loadGolden, loadTensors, relativeRms, saveTensors, toHalf } from '../safetensors-files.ts';

const FIXTURES = 'test/fixtures/unet';
const WEIGHTS = 'diffusion_pytorch_model.safetensors';
const STAGES = ['stage1', 'stage2'] as const;
type Stage = (typeof STAGES)[number];

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 'unet-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

interface Variant {
	readonly dtype?: FloatType;
	readonly fusedAttention?: boolean;
	readonly padFirstConv?: boolean;
	readonly keysValuesEachStep?: boolean;
	readonly prefer?: 'speed' | 'memory';
}

/** Both graphs for the weights in `folder`, and their inputs. */
async function emit(stage: Stage, folder: string, variant: Variant = {}) {
	const options = { dtype: 'float32', fusedAttention: true, padFirstConv: false, ...variant } as const;
	const config = await readUNetConfig(join(FIXTURES, stage, 'config.json'));
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const graphs = [promptGraph, stepGraph].map((build) => build(config, weights, options));
	const rules = variant.prefer === 'memory' ? [] : await rulesForConstants({ provider: 'cpu', threads: 1 });
	for (const graph of graphs) lower(graph, rules);
	weights.assertAllUsed();
	const [prompt, step] = graphs.map(toModel);
	return { prompt, step, weightsFolder: weightFiles.weightsFolder };
}

/** The relative RMS difference between the graphs' output and diffusers'. */
async function errorOf(stage: Stage, folder = join(FIXTURES, stage), variant: Variant = {}): Promise<number> {
	const golden = loadGolden(join(FIXTURES, stage, 'golden.safetensors'));
	const { prompt, step, weightsFolder } = await emit(stage, folder, variant);
	const options = { provider: 'cpu', threads: 1, prefer: variant.prefer ?? 'speed', weightsFolder } as const;
	const [promptSession, stepSession] = [await openSession(prompt, options), await openSession(step, options)];
	const feeds: Parameters<typeof stepSession.run>[0] = {
		...(await promptSession.run({ encoder_hidden_states: golden('encoder_hidden_states') })),
		sample: golden('sample'),
		timestep: golden('timestep'),
		...(stage === 'stage2' ? { noise_level: golden('noise_level') } : {}),
	};
	const { estimate } = await stepSession.run(feeds);
	await Promise.all([promptSession.close(), stepSession.close()]);
	expect(estimate.shape).toEqual(golden('estimate').shape);
	return relativeRms(estimate.data, golden('estimate').data);
}

/** Writes a new folder with the stage's weights as changed by `change`. */
function withTensors(
	stage: Stage,
	change: (tensors: Map<string, FileTensor>) => Map<string, FileTensor>,
	options = {},
) {
	const folder = mkdtempSync(join(scratch, `${stage}-`));
	saveTensors(join(folder, WEIGHTS), change(loadTensors(join(FIXTURES, stage, WEIGHTS))), options);
	return folder;
}

describe.each(STAGES)('%s agrees with diffusers', (stage) => {
	test('in fp32', async () => {
		expect(await errorOf(stage)).toBeLessThan(1e-4);
	});

	test('with attention in separate operations', async () => {
		expect(await errorOf(stage, undefined, { fusedAttention: false })).toBeLessThan(1e-4);
	});

	test('with the first convolution padded', async () => {
		expect(await errorOf(stage, undefined, { padFirstConv: true })).toBeLessThan(1e-4);
	});

	test('with keys and values of the prompt at every step', async () => {
		expect(await errorOf(stage, undefined, { keysValuesEachStep: true })).toBeLessThan(1e-4);
	});

	test('with mapped weights', async () => {
		expect(await errorOf(stage, undefined, { prefer: 'memory' })).toBeLessThan(1e-4);
	});

	test('with weights at odd offsets', async () => {
		expect(
			await errorOf(
				stage,
				withTensors(stage, (tensors) => tensors, { misalign: 3 }),
			),
		).toBeLessThan(1e-4);
	});

	// The error is only the rounding of the weights, 2^-11 and 2^-8 relative, through a dozen layers.
	test('from a file in fp16', async () => {
		const error = await errorOf(
			stage,
			withTensors(stage, (tensors) => toHalf(tensors, 'F16')),
		);
		expect(error).toBeGreaterThan(1e-6);
		expect(error).toBeLessThan(3e-3);
	});

	test('from a file in bf16', async () => {
		const error = await errorOf(
			stage,
			withTensors(stage, (tensors) => toHalf(tensors, 'BF16')),
		);
		expect(error).toBeGreaterThan(1e-5);
		expect(error).toBeLessThan(3e-2);
	});

	test.each(['cuda', 'webgpu'] as const)('in fp16, written as for %s', async (provider) => {
		const folder = withTensors(stage, (tensors) => toHalf(tensors, 'F16'));
		const error = await errorOf(stage, folder, graphOptions(provider));
		expect(error).toBeLessThan(1e-2);
	});

	test('from shards with an index', async () => {
		const folder = mkdtempSync(join(scratch, 'shards-'));
		const tensors = [...loadTensors(join(FIXTURES, stage, WEIGHTS))];
		const weightMap: Record<string, string> = {};
		for (const [i, part] of [tensors.slice(0, 40), tensors.slice(40)].entries()) {
			const name = `diffusion_pytorch_model-0000${i + 1}-of-00002.safetensors`;
			saveTensors(join(folder, name), new Map(part));
			for (const [tensor] of part) weightMap[tensor] = name;
		}
		writeFileSync(join(folder, `${WEIGHTS}.index.json`), JSON.stringify({ metadata: {}, weight_map: weightMap }));
		expect(await errorOf(stage, folder)).toBeLessThan(1e-4);
	});

	test('from a Hugging Face cache, where files are links', async () => {
		const cache = mkdtempSync(join(scratch, 'cache-'));
		const snapshot = join(cache, 'snapshots', 'abc', 'unet');
		mkdirSync(join(cache, 'blobs'));
		mkdirSync(snapshot, { recursive: true });
		copyFileSync(join(FIXTURES, stage, WEIGHTS), join(cache, 'blobs', '0123'));
		symlinkSync(join('..', '..', '..', 'blobs', '0123'), join(snapshot, WEIGHTS));
		expect(await errorOf(stage, snapshot)).toBeLessThan(1e-4);
	});
});

describe('weights of another network', () => {
	const change = (edit: (tensors: Map<string, FileTensor>) => void) =>
		withTensors('stage1', (tensors) => {
			edit(tensors);
			return tensors;
		});

	test('a missing tensor is named', async () => {
		const folder = change((tensors) => tensors.delete('mid_block.attentions.0.to_q.bias'));
		await expect(emit('stage1', folder)).rejects.toThrow(
			new ModelError(
				`${folder}: tensor "mid_block.attentions.0.to_q.bias" is missing, expected shape [16]; download the weights and config.json of one model`,
			),
		);
	});

	test('an extra tensor is named', async () => {
		const folder = change((tensors) => tensors.set('conv_in.extra', tensors.get('conv_in.bias')!));
		await expect(emit('stage1', folder)).rejects.toThrow(
			/diffusion_pytorch_model.*"conv_in.extra" is not part of this/,
		);
	});

	test('a tensor of the wrong shape is named, with both shapes', async () => {
		const folder = change((tensors) => tensors.set('conv_out.bias', tensors.get('conv_in.bias')!));
		await expect(emit('stage1', folder)).rejects.toThrow(/"conv_out.bias" has shape \[8\], expected \[6\]/);
	});

	test('a tensor of integers is named', async () => {
		const integers = { dtype: 'I32', shape: [6], bytes: new Uint8Array(24) };
		const folder = change((tensors) => tensors.set('conv_out.bias', integers));
		await expect(emit('stage1', folder)).rejects.toThrow(/"conv_out.bias" is int32, expected float32/);
	});

	test('a missing file is named', async () => {
		const folder = mkdtempSync(join(scratch, 'empty-'));
		await expect(emit('stage1', folder)).rejects.toThrow(
			`${folder}: holds no weights that can be read, download diffusion_pytorch_model.safetensors or model.safetensors`,
		);
		writeFileSync(join(folder, 'diffusion_pytorch_model.bin'), '');
		await expect(emit('stage1', folder)).rejects.toThrow(
			'only "diffusion_pytorch_model.bin", which can run code when it is loaded; download the .safetensors of the same weights',
		);
	});
});
