/** Compares whole networks on a device, with their graphs written in every possible way, with the CPU in fp32. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Device } from '../gpu/device.ts';
import { readUNetConfig, type UNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { graphOptions } from '../gpu/models/deepfloyd/denoiser.ts';
import type { GraphOptions } from '../gpu/models/deepfloyd/unet.ts';
import { type Inputs, prepareFeeds, randomInputs } from '../gpu/self-test/random-inputs.ts';
import { cosine, largestError, relativeRms } from '../gpu/tensor/compare.ts';
import { closeNetworks, openNetworks } from './networks.ts';
import { errorCell, type Table } from './table.ts';

const BATCHES = [1, 2, 8];

const VARIANTS = (['float32', 'float16'] as const).flatMap((dtype) =>
	[true, false].map((fusedAttention) => ({ dtype, fusedAttention })),
);

/** Tiny random networks of both stages. The tests compare the CPU with diffusers on them. */
const FIXTURES = ['stage1', 'stage2'].map((name) =>
	fileURLToPath(new URL(`../test/fixtures/unet/${name}`, import.meta.url)),
);

/** @param directories model directories; missing ones are left out */
export async function benchAgreement(directories: readonly string[], device: Device): Promise<Table> {
	const models = directories.map((directory) => join(directory, 'unet')).filter((folder) => existsSync(folder));
	const rows: string[][] = [];
	for (const folder of [...FIXTURES, ...models]) {
		const config = await readUNetConfig(join(folder, 'config.json'));
		const name = basename(folder) === 'unet' ? basename(join(folder, '..')) : `test ${basename(folder)}`;
		const inputs = BATCHES.map((batch) => randomInputs(config, batch));
		const expected = await estimates(folder, config, { provider: 'cpu' }, graphOptions('cpu'), inputs);
		for (const options of VARIANTS) {
			const label = [name, options.dtype, options.fusedAttention ? 'fused' : 'separate'];
			const actual = await estimates(
				folder,
				config,
				device,
				{ ...graphOptions(device.provider), ...options },
				inputs,
			).catch((error: Error) => error);
			if (actual instanceof Error) {
				rows.push([...label, '-', '-', '-', errorCell(actual)]);
				continue;
			}
			for (const [k, batch] of BATCHES.entries()) {
				const errors = [relativeRms, largestError].map((of) => of(actual[k], expected[k]).toExponential(1));
				rows.push([...label, String(batch), ...errors, cosine(actual[k], expected[k]).toFixed(7)]);
			}
		}
	}
	return {
		title: `Agreement with the CPU (${device.provider})`,
		header: ['network', 'in', 'attention', 'batch', 'relative RMS difference', 'largest', 'cosine'],
		rows,
		notes: ['Random pictures and prompts. The CPU calculates in fp32.'],
	};
}

/** One estimate for each of the inputs, [B, outChannels, S, S]. */
async function estimates(
	folder: string,
	config: UNetConfig,
	device: Device,
	options: GraphOptions,
	inputs: readonly Inputs[],
): Promise<Float32Array[]> {
	const networks = await openNetworks(folder, config, device, options);
	const found: Float32Array[] = [];
	try {
		for (const each of inputs) {
			const { estimate } = await networks.step.run(await prepareFeeds(networks, each));
			found.push(estimate.data);
		}
	} finally {
		await closeNetworks(networks);
	}
	return found;
}
