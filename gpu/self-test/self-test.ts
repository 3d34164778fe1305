/** Whether a GPU computes what the CPU does, and faster. */
import { join } from 'node:path';
import type { Device } from '../device.ts';
import { TorchGenerator } from '../diffusion/noise.ts';
import { BUNDLED } from '../models/bundled.ts';
import { readUNetConfig } from '../models/deepfloyd/config.ts';
import { openUNet } from '../models/deepfloyd/denoiser.ts';
import { Graph } from '../onnx/graph.ts';
import { toModel } from '../onnx/model.ts';
import { conv } from '../onnx/ops/convolution.ts';
import { cast, gelu } from '../onnx/ops/elementwise.ts';
import { openSession } from '../onnx/session.ts';
import { relativeRms } from '../tensor/compare.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { prepareFeeds, randomInputs } from './random-inputs.ts';

export interface SelfTested {
	/** What is wrong with the device, as part of a sentence; absent: nothing. */
	readonly problem?: string;
	/** How many times as fast as the CPU it is; absent: its results are wrong, so that does not matter. */
	readonly speedup?: number;
}

/**
 * The networks that are computed on both. Between them they have all that a GPU got wrong so far: stage II begins with a
 * convolution of 6 channels, and both have attention, in half precision.
 */
const NETWORKS = {
	'stage I': 'emoji-if',
	'stage II': 'emoji-if-upscaler',
} as const;

/** Half precision came to 0.009 on an H100 with WebGPU and 0.004 with CUDA; a wrong kernel to 0.2 and more. */
const WRONG_FROM = 0.03;

/** Evaluations of the load: a few, but no further ones once they have taken this long, in ms. */
const EVALUATIONS = 5;
const ENOUGH_MS = 2000;

/**
 * @param gpu its threads are for the CPU that it is compared with
 * @param evaluations of the load at most; fewer measure less well
 */
export async function selfTest(gpu: Device, evaluations = EVALUATIONS): Promise<SelfTested> {
	const cpu: Device = { provider: 'cpu', threads: gpu.threads };
	const differences: Record<string, number> = {};
	for (const [name, folder] of Object.entries(NETWORKS)) {
		const expected = await estimate(folder, cpu);
		differences[name] = relativeRms(await estimate(folder, gpu), expected);
	}
	const [onCpu, onGpu] = [await measureLoad(cpu, evaluations), await measureLoad(gpu, evaluations)];
	differences['a large convolution'] = relativeRms(onGpu.y, onCpu.y);
	return judge(differences, onCpu.ms / onGpu.ms);
}

/**
 * @param differences from the CPU's results, relative RMS, by what was computed
 * @param speedup how many times as fast as the CPU
 */
export function judge(differences: Readonly<Record<string, number>>, speedup: number): SelfTested {
	// NaN is wrong too.
	const wrong = Object.entries(differences).find(([, difference]) => !(difference < WRONG_FROM));
	if (wrong) {
		const [name, difference] = wrong;
		return { problem: `computes wrongly (${name}: off by ${(100 * difference).toFixed(0)} %)` };
	}
	if (speedup > 1) return { speedup };
	const problem = `is no faster than the CPU (${speedup.toPrecision(2)} times its speed), as when software imitates a GPU`;
	return { speedup, problem };
}

/** One estimate of a bundled model's UNet for random inputs, [1, outChannels, S, S]. */
async function estimate(model: string, device: Device): Promise<Float32Array> {
	const folder = join(BUNDLED, model, 'unet');
	const config = await readUNetConfig(join(folder, 'config.json'));
	const networks = await openUNet(folder, config, device);
	try {
		const { estimate } = await networks.step.run(await prepareFeeds(networks, randomInputs(config, 1)));
		return estimate.data;
	} finally {
		await Promise.all([networks.prompt.close(), networks.step.close()]);
	}
}

/** The width and the side of the pictures at the second level of IF-I-M, where most of its work is. */
const CHANNELS = 384;
const SIDE = 32;

/** The two convolutions of one of its residual blocks: the result, and the time of the fastest evaluation in ms. */
async function measureLoad(
	device: Device,
	evaluations: number,
): Promise<{ readonly y: Float32Array; readonly ms: number }> {
	const source = new TorchGenerator(0);
	const x = source.randn([2, CHANNELS, SIDE, SIDE]);
	const session = await openSession(toModel(loadGraph(x, source, device)), { ...device, prefer: 'speed' });
	try {
		let { y } = await session.run({ x });
		const times: number[] = [];
		const began = performance.now();
		while (times.length < evaluations && performance.now() - began < ENOUGH_MS) {
			const start = performance.now();
			({ y } = await session.run({ x }));
			times.push(performance.now() - start);
		}
		return { y: y.data, ms: Math.min(...times) };
	} finally {
		await session.close();
	}
}

function loadGraph(x: Tensor, source: TorchGenerator, { provider }: Device): Graph {
	const graph = new Graph('load');
	const dtype = provider === 'cpu' ? 'float32' : 'float16';
	let value = cast([graph.input('x', 'float32', x.shape)], { to: dtype });
	for (let i = 0; i < 2; i++) {
		const weight = source.randn([CHANNELS, CHANNELS, 3, 3]);
		const scale = 1 / Math.sqrt(CHANNELS * 9); // keeps the variance
		const kernel = graph.constant(
			weight.data.map((w) => w * scale),
			weight.shape,
		);
		const bias = graph.constant(new Float32Array(CHANNELS));
		const typed = [kernel, bias].map((constant) => cast([constant], { to: dtype }));
		value = conv([gelu([value]), ...typed], { padding: 1 });
	}
	graph.output('y', cast([value], { to: 'float32' }));
	return graph;
}
