/** A UNet's two networks, without a text encoder. */
import { join } from 'node:path';
import type { Device } from '../gpu/device.ts';
import type { UNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { type GraphOptions, promptGraph, stepGraph } from '../gpu/models/deepfloyd/unet.ts';
import { openWeightFiles } from '../gpu/models/weight-files.ts';
import { Weights } from '../gpu/models/weights.ts';
import { rulesForConstants } from '../gpu/onnx/lower/index.ts';
import { lower } from '../gpu/onnx/lower/lower.ts';
import { toModel } from '../gpu/onnx/model.ts';
import { openSession, type Session } from '../gpu/onnx/session.ts';

export interface Networks {
	readonly prompt: Session;
	readonly step: Session;
}

/** Does what openUNet does, but writes the graphs as `options` says. */
export async function openNetworks(
	folder: string,
	config: UNetConfig,
	device: Device,
	options: GraphOptions,
): Promise<Networks> {
	const weightFiles = await openWeightFiles(folder, 'full');
	const weights = new Weights(weightFiles);
	const graphs = [promptGraph, stepGraph].map((build) => build(config, weights, options));
	const rules = await rulesForConstants(device);
	for (const graph of graphs) lower(graph, rules);
	const [prompt, step] = graphs.map(toModel);
	const session = { ...device, prefer: 'speed', weightsFolder: weightFiles.weightsFolder } as const;
	return { prompt: await openSession(prompt, session), step: await openSession(step, session) };
}

export async function closeNetworks({ prompt, step }: Networks): Promise<void> {
	await Promise.all([prompt.close(), step.close()]);
}

/** The unet/ folder of a model directory. */
export function unetFolder(directory: string): string {
	return join(directory, 'unet');
}
