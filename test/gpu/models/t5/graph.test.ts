import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relativeBuckets } from '../../../../gpu/models/t5/buckets.ts';
import { readT5Config } from '../../../../gpu/models/t5/config.ts';
import { t5Graph } from '../../../../gpu/models/t5/graph.ts';
import { openWeightFiles } from '../../../../gpu/models/weight-files.ts';
import { Weights } from '../../../../gpu/models/weights.ts';
import type { FloatType } from '../../../../gpu/onnx/dtype.ts';
import { toModel } from '../../../../gpu/onnx/model.ts';
import { type Feed, openSession } from '../../../../gpu/onnx/session.ts';
import type { Tensor } from '../../../../gpu/tensor/tensor.ts';
import { type FileTensors, loadGolden, loadTensors, relativeRms, saveTensors, toHalf } from '../safetensors-files.ts';

const ENCODER = 'test/fixtures/t5/encoder';
const golden = loadGolden('test/fixtures/t5/golden.safetensors');
const TOKENS = 77;
const WIDTH = 32;

let scratch: string;
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), 't5-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

interface Variant {
	readonly dtype?: FloatType;
	/** The blocks at which the encoder is cut into pieces. */
	readonly cuts?: readonly number[];
	readonly folder?: string;
}

/** The relative RMS difference between the encoder and transformers, over both prompts. */
async function errorOf({ dtype = 'float32', cuts = [], folder = ENCODER }: Variant = {}): Promise<number> {
	const config = await readT5Config(join(folder, 'config.json'));
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const ends = [...cuts, config.num_layers];
	const models = ends.map((end, i) =>
		toModel(t5Graph(config, weights, TOKENS, dtype, { first: ends[i - 1] ?? 0, end })),
	);
	weights.assertAllUsed();
	const results = [0, 1].map(async (prompt) => {
		const ids = Int32Array.from(golden('ids').data.subarray(prompt * TOKENS, (prompt + 1) * TOKENS));
		const used = golden('lengths').data[prompt];
		const bias = Float32Array.from({ length: TOKENS }, (_, i) => (i < used ? 0 : -3.4028234663852886e38));
		let x: Tensor | undefined;
		for (const model of models) {
			const { weightsFolder } = weightFiles;
			const session = await openSession(model, { provider: 'cpu', threads: 1, prefer: 'speed', weightsFolder });
			const input: Record<string, Feed> = x ? { hidden: x } : { token_ids: { data: ids, shape: [TOKENS] } };
			const output = await session.run({ ...input, attention_bias: { data: bias, shape: [TOKENS] } });
			x = output.next_hidden ?? output.last_hidden_state;
			await session.close();
		}
		return [...x!.data];
	});
	return relativeRms(Float32Array.from((await Promise.all(results)).flat()), golden('last_hidden_state').data);
}

/** The encoder with changed tensors. */
function withTensors(name: string, change: (tensors: FileTensors) => FileTensors): string {
	const folder = join(scratch, name);
	mkdirSync(folder);
	cpSync(join(ENCODER, 'config.json'), join(folder, 'config.json'));
	saveTensors(join(folder, 'model.safetensors'), change(loadTensors(join(ENCODER, 'model.safetensors'))), {
		misalign: 2,
	});
	return folder;
}

test('buckets distances like transformers', () => {
	const config = { relative_attention_num_buckets: 32, relative_attention_max_distance: 128 };
	expect([...relativeBuckets(TOKENS, config)]).toEqual([...golden('buckets').data]);
});

describe('the encoder', () => {
	test('agrees with transformers, including padding', async () => {
		expect(golden('last_hidden_state').shape).toEqual([2, TOKENS, WIDTH]);
		expect(await errorOf()).toBeLessThan(1e-5);
	});

	test('agrees when cut into pieces', async () => expect(await errorOf({ cuts: [1, 2] })).toBeLessThan(1e-5));

	test('reads half-precision files, with wo in full precision as transformers keeps it', async () => {
		const folder = withTensors('half', (tensors) => {
			const wo = [...tensors].filter(([name]) => name.endsWith('wo.weight'));
			return new Map([...toHalf(tensors, 'F16'), ...wo]);
		});
		expect(await errorOf({ folder })).toBeLessThan(3e-3); // the rounding of the weights
		expect(await errorOf({ folder, dtype: 'float16' })).toBeLessThan(5e-3);
	});

	test('reads bf16', async () => {
		const folder = withTensors('bf16', (tensors) => toHalf(tensors, 'BF16'));
		expect(await errorOf({ folder })).toBeLessThan(2e-2);
	});

	test('reads the word table under either of its names, or both', async () => {
		const table = 'encoder.embed_tokens.weight';
		const renamed = withTensors('renamed', (tensors) => {
			return new Map([...tensors].map(([name, tensor]) => [name === 'shared.weight' ? table : name, tensor]));
		});
		expect(await errorOf({ folder: renamed })).toBeLessThan(1e-5);
		const both = withTensors('both', (tensors) => new Map([...tensors, [table, tensors.get('shared.weight')!]]));
		expect(await errorOf({ folder: both })).toBeLessThan(1e-5);
	});

	test('does not overflow if activations exceed the range of half precision', async () => {
		const folder = withTensors('large', (tensors) => {
			const name = 'encoder.block.1.layer.1.DenseReluDense.wo.weight';
			const { bytes, ...rest } = tensors.get(name)!;
			const grown = new Float32Array(bytes.buffer.slice(0)).map((value) => value * 1e5);
			return new Map([...tensors, [name, { ...rest, bytes: new Uint8Array(grown.buffer) }]]);
		});
		const single = errorOf({ folder });
		expect(await errorOf({ folder, dtype: 'float16' })).toBeCloseTo(await single, 2);
	});
});
