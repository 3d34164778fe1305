/** Whole networks on a device, in every way that their graphs can be written, against the CPU in fp32. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readUNetConfig } from '../gpu/models/deepfloyd/config.ts';
import type { GraphOptions } from '../gpu/models/deepfloyd/unet.ts';
import type { Device } from '../gpu/onnx/session.ts';
import { cosine, largestError, relativeRms } from './compare.ts';
import { closeNetworks, type Networks, openNetworks, prepareFeeds, randomInputs } from './networks.ts';
import type { Table } from './table.ts';

const BATCHES = [1, 2, 8];

const ON_CPU: GraphOptions = { dtype: 'float32', fusedAttention: true };

const VARIANTS: readonly GraphOptions[] = (['float32', 'float16'] as const).flatMap((dtype) =>
	[true, false].map((fusedAttention) => ({ dtype, fusedAttention })),
);

/** Tiny random networks of both stages; the tests hold the CPU against diffusers on them. */
const FIXTURES = ['stage1', 'stage2'].map((name) =>
	fileURLToPath(new URL(`../test/fixtures/unet/${name}`, import.meta.url)),
);

/** @param directories of models; those that are not there are left out */
export async function benchAgreement(directories: readonly string[], device: Device): Promise<Table> {
	const models = directories.map((directory) => join(directory, 'unet')).filter((folder) => existsSync(folder));
	const rows: string[][] = [];
	for (const folder of [...FIXTURES, ...models]) {
		const config = await readUNetConfig(join(folder, 'config.json'));
		const name = basename(folder) === 'unet' ? basename(join(folder, '..')) : `test ${basename(folder)}`;
		const cpu = await openNetworks(folder, config, { provider: 'cpu' }, ON_CPU);
		const inputs = BATCHES.map((batch) => randomInputs(config, batch));
		const expected = await Promise.all(inputs.map((each) => estimate(cpu, each)));
		await closeNetworks(cpu);
		for (const options of VARIANTS) {
			const label = [name, options.dtype, options.fusedAttention ? 'fused' : 'separate'];
			const networks = await openNetworks(folder, config, device, {
				...options,
				padFirstConv: device.provider === 'webgpu',
			});
			for (const [i, batch] of BATCHES.entries()) {
				const actual = await estimate(networks, inputs[i]);
				const errors = [relativeRms, largestError].map((of) => of(actual, expected[i]).toExponential(1));
				rows.push([...label, String(batch), ...errors, cosine(actual, expected[i]).toFixed(7)]);
			}
			await closeNetworks(networks);
		}
	}
	return {
		title: `Agreement with the CPU (${device.provider})`,
		header: ['network', 'in', 'attention', 'batch', 'relative RMS difference', 'largest', 'cosine'],
		rows,
		notes: ['Random pictures and prompts; the CPU calculates in fp32.'],
	};
}

/** [B, outChannels, S, S] */
async function estimate(networks: Networks, inputs: ReturnType<typeof randomInputs>): Promise<Float32Array> {
	const { estimate } = await networks.step.run(await prepareFeeds(networks, inputs));
	return estimate.data;
}
