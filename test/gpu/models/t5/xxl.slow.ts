/** Compares one block with the widths of T5-XXL with transformers (test/fixtures/t5/make.py). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TorchGenerator } from '../../../../gpu/diffusion/noise.ts';
import { readT5Config } from '../../../../gpu/models/t5/config.ts';
import { t5Graph } from '../../../../gpu/models/t5/graph.ts';
import { openWeightFiles } from '../../../../gpu/models/weight-files.ts';
import { Weights } from '../../../../gpu/models/weights.ts';
import { toModel } from '../../../../gpu/onnx/model.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import { type FileTensor, loadGolden, relativeRms, saveTensors } from '../safetensors-files.ts';

const TOKENS = 77;
const USED = 20;
const config = { d_model: 4096, d_kv: 64, d_ff: 10240, num_heads: 64, num_layers: 1, vocab_size: 128 };
const golden = loadGolden('test/fixtures/t5/xxl.safetensors');

let folder: string;
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 't5-xxl-'));
	writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, feed_forward_proj: 'gated-gelu' }));
	saveTensors(join(folder, 'model.safetensors'), randomTensors());
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Fills tensors like `randomise` of make.py: in the order of their names, from one generator. */
function randomTensors(): Map<string, FileTensor> {
	const { d_model: width, d_ff: hidden, num_heads: heads, vocab_size: words } = config;
	const attention = 'encoder.block.0.layer.0.SelfAttention';
	const dense = 'encoder.block.0.layer.1.DenseReluDense';
	const shapes: Readonly<Record<string, readonly number[]>> = {
		...Object.fromEntries(['q', 'k', 'v', 'o'].map((part) => [`${attention}.${part}.weight`, [width, width]])),
		[`${attention}.relative_attention_bias.weight`]: [32, heads],
		'encoder.block.0.layer.0.layer_norm.weight': [width],
		[`${dense}.wi_0.weight`]: [hidden, width],
		[`${dense}.wi_1.weight`]: [hidden, width],
		[`${dense}.wo.weight`]: [width, hidden],
		'encoder.block.0.layer.1.layer_norm.weight': [width],
		'encoder.final_layer_norm.weight': [width],
		'shared.weight': [words, width],
	};
	const generator = new TorchGenerator(5);
	const tensors = Object.keys(shapes)
		.sort()
		.map((name): [string, FileTensor] => {
			const shape = shapes[name];
			const { data } = generator.randn(shape);
			if (name.includes('norm')) for (let i = 0; i < data.length; i++) data[i] = 1 + Math.fround(0.2 * data[i]);
			else if (!/relative_attention_bias|shared/.test(name))
				for (let i = 0; i < data.length; i++) data[i] /= shape[1] ** 0.5;
			return [name, { dtype: 'F32', shape, bytes: new Uint8Array(data.buffer) }];
		});
	return new Map(tensors);
}

test('agrees with transformers with the widths of XXL', async () => {
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const read = await readT5Config(join(folder, 'config.json'));
	const model = toModel(t5Graph(read, weights, TOKENS, 'float32', { first: 0, end: 1 }));
	weights.assertAllUsed();
	const session = await openSession(model, {
		provider: 'cpu',
		prefer: 'memory',
		weightsFolder: weightFiles.weightsFolder,
	});
	const ids = Int32Array.from({ length: TOKENS }, (_, i) => (i < USED ? 2 + i : 0));
	const bias = Float32Array.from(ids, (_, i) => (i < USED ? 0 : -3.4028234663852886e38));
	const { last_hidden_state: states } = await session.run({
		token_ids: { data: ids, shape: [TOKENS] },
		attention_bias: { data: bias, shape: [TOKENS] },
	});
	await session.close();
	const rows = Array.from({ length: TOKENS }, (_, i) =>
		states.data.subarray(i * config.d_model, (i + 1) * config.d_model),
	);
	const some = [...golden('rows').data].flatMap((row) => [...rows[row].filter((_, column) => column % 64 === 0)]);
	expect(relativeRms(Float32Array.from(some), golden('last_hidden_state').data)).toBeLessThan(1e-5);
	const rms = Float32Array.from(rows, (row) => Math.hypot(...row) / Math.sqrt(config.d_model));
	expect(relativeRms(rms, golden('rms').data)).toBeLessThan(1e-5);
});
