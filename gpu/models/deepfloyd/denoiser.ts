/** A DeepFloyd IF model directory (diffusers layout) as a Denoiser. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Device, Provider } from '../../device.ts';
import { dtypeBytes } from '../../onnx/dtype.ts';
import { inHalves } from '../../onnx/halves.ts';
import { rulesForConstants } from '../../onnx/lower/index.ts';
import { lower } from '../../onnx/lower/lower.ts';
import { toModel } from '../../onnx/model.ts';
import { openedWhenRun } from '../../onnx/opened-when-run.ts';
import { type LoadedGraph, openSession } from '../../onnx/session.ts';
import { createBatchingDenoiser, type PromptedNetwork } from '../batching/denoiser.ts';
import type { OpenedDenoiser } from '../denoiser.ts';
import { stateOf } from '../folder-state.ts';
import { keptReading } from '../kept-reading.ts';
import { copyOrMap } from '../memory.ts';
import { readModelIndex } from '../model-index.ts';
import { readSchedule } from '../schedule.ts';
import type { TextEncoder } from '../text-encoder.ts';
import { countParameters, openWeightFiles } from '../weight-files.ts';
import { whyNaN } from '../weight-values.ts';
import { Weights } from '../weights.ts';
import { pictureChannels, readUNetConfig, type UNetConfig } from './config.ts';
import { type GraphOptions, promptGraph, stepGraph } from './unet.ts';

/**
 * The batch sizes that suit a device. Measured with the bundled model, evaluations per second relative to one at a time:
 * - cpu, 2 cores, the network alone, in halves (inHalves): 2 together 1.25, 4 together 1.4, 8 together 1.4.
 * - cuda, H100: 2 together 1.79. The first evaluation of 4 or 8 after one of another size took over a second (8: 1.6 s),
 *   every time; further ones of the same size take about 10 ms. So there are few sizes; guidance makes calls in pairs.
 * - webgpu: not measured.
 *
 * A single picture above 64 x 64 fills a device, takes much memory, and cannot be cancelled during an evaluation.
 */
export function batchSizes({ sampleSize }: UNetConfig, { provider }: Device): readonly number[] {
	if (sampleSize > 64) return [1, 2];
	return BATCH_SIZES[provider];
}

const BATCH_SIZES: Readonly<Record<Provider, readonly number[]>> = {
	cpu: [1, 2, 4],
	cuda: [1, 2],
	webgpu: [1, 2, 4, 8],
};

/** Opens a model directory; see ModelFamily.open. */
export async function openDenoiser(
	directory: string,
	device: Device,
	openEncoder: (width: number) => Promise<TextEncoder>,
): Promise<OpenedDenoiser> {
	const folder = join(directory, 'unet');
	const { provider } = device;
	const { config, ...read } = await (provider === 'cpu' ? readingForCpu.take(folder) : readFor(provider, folder));
	const schedule = await readSchedule(directory);
	const { faithful } = await readModelIndex(directory);
	const encoder = await openEncoder(config.textWidth);
	try {
		const unet = await loadUNet(read, device);
		return createDenoiser({
			config,
			schedule,
			faithful,
			encoder,
			sizes: batchSizes(config, device),
			...unet,
		});
	} catch (error) {
		await encoder.close();
		throw error;
	}
}

/** The networks of a model directory, loaded. */
export interface LoadedUNet
	extends Pick<PromptedNetwork, 'whyNaN' | 'schedule' | 'faithful' | 'encoder' | 'sizes' | 'prompt' | 'step'> {
	readonly config: UNetConfig;
}

/** Makes a Denoiser from loaded networks. */
export function createDenoiser({ config, ...parts }: LoadedUNet): OpenedDenoiser {
	const { sampleSize, hasNoiseLevel } = config;
	return createBatchingDenoiser({
		...parts,
		shape: [pictureChannels(config), sampleSize, sampleSize],
		takesLowResolution: hasNoiseLevel,
	});
}

/**
 * Loads the two graphs with the weights in `folder` (unet/ of a model directory). If models must be in memory one at a time,
 * each is loaded on its first run, which comes after the text encoder's.
 */
export async function openUNet(
	folder: string,
	config: UNetConfig,
	device: Device,
): Promise<Pick<LoadedUNet, 'prompt' | 'step' | 'whyNaN'>> {
	return loadUNet(await readUNet(folder, config, device.provider), device);
}

async function loadUNet(
	{ weightFiles, dtype, ...graphs }: Awaited<ReturnType<typeof readUNet>>,
	device: Device,
): Promise<Pick<LoadedUNet, 'prompt' | 'step' | 'whyNaN'>> {
	const bytes = countParameters(weightFiles) * dtypeBytes(dtype);
	const prefer = copyOrMap(bytes, device);
	const rules = prefer === 'speed' ? await rulesForConstants(device) : [];
	for (const graph of [graphs.prompt, graphs.step]) lower(graph, rules);
	const [prompt, step] = [graphs.prompt, graphs.step].map(toModel);
	const session = { ...device, prefer, weightsFolder: weightFiles.weightsFolder };
	const open = (model: Uint8Array) => openSession(model, session);
	const explain = () => whyNaN(weightFiles);
	if (device.memory === 'staged') {
		return { prompt: openedWhenRun(() => open(prompt)), step: openedWhenRun(() => open(step)), whyNaN: explain };
	}
	const { provider, threads = availableParallelism() } = device;
	// Before the prompt's, as another thread loads a half meanwhile.
	const halves =
		provider === 'cpu' && threads % 2 === 0 && isSmall(bytes, device)
			? inHalves(step, { ...session, threads })
			: undefined;
	const opened: LoadedGraph[] = halves ? [halves] : [];
	try {
		const promptSession = await open(prompt);
		opened.push(promptSession);
		return { prompt: promptSession, step: halves ?? (await open(step)), whyNaN: explain };
	} catch (error) {
		for (const graph of opened) await graph.close();
		throw error;
	}
}

/**
 * Whether weights of this many bytes may be in memory three times. The bundled networks have 27 and 10 MB. Large ones are mostly
 * convolutions and products, which keep all threads busy.
 */
function isSmall(bytes: number, device: Device): boolean {
	return bytes <= 2 ** 26 && copyOrMap(3 * bytes, device) === 'speed';
}

/** Of a network's folder: what is read to describe a model, and also to open it on the CPU. */
export const readingForCpu = keptReading((folder) => readFor('cpu', folder), stateOf);

async function readFor(provider: Provider, folder: string) {
	const config = await readUNetConfig(join(folder, 'config.json'));
	return { config, ...(await readUNet(folder, config, provider)) };
}

/** The two graphs, and the weights without their values. Throws a ModelError if the weights are for another architecture. */
async function readUNet(folder: string, config: UNetConfig, provider: Provider) {
	const weightFiles = await openWeightFiles(folder, provider === 'cpu' ? 'full' : 'half');
	const weights = new Weights(weightFiles);
	const options = graphOptions(provider);
	const prompt = promptGraph(config, weights, options);
	const step = stepGraph(config, weights, options);
	weights.assertAllUsed();
	return { weightFiles, dtype: options.dtype, prompt, step };
}

/** How graphs are written for a provider. */
export function graphOptions(provider: Provider): GraphOptions {
	const onCpu = provider === 'cpu';
	return {
		// The CPU has no half-precision arithmetic.
		dtype: onCpu ? 'float32' : 'float16',
		// A few percent faster on the CPU. WebGPU's fused kernel is right on an H100 and wrong (relative error up to 0.2)
		// on a software Vulkan device; single operations are right on both.
		fusedAttention: provider !== 'webgpu',
		// WebGPU's 3 x 3 convolution of 6 channels (stage II) is wrong on both (relative error 1); with 8 it is right.
		padFirstConv: provider === 'webgpu',
		// A GPU computes them sooner than they are sent to it.
		keysValuesEachStep: !onCpu,
	};
}
