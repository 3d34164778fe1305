/**
 * Measures the digit networks that come with the program and prints a table:
 *
 *     npm run -s eval:mnist -- [--per-digit 100] [--denoised 1000] [--guidance 5] [--seed 1]
 *         [--flow-steps 50] [--flow-sampler euler|heun] [--weights assets/models/digits] [--device cpu|cuda|webgpu] [--threads N] [--mnist DIR]
 *
 * A thousand samples (the default) take about as long as three epochs of training.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { PROVIDERS } from '../gpu/device.ts';
import {
	FLOW_SAMPLER_NAMES,
	FLOW_STEPS,
	isFlow,
	isTold,
	SAMPLING_MODELS,
	type SamplingModel,
} from '../gpu/jobs/index.ts';
import { asDigitDenoiser, asDigitFlow } from '../gpu/models/digits/denoiser.ts';
import { openDigitNetwork } from '../gpu/models/digits/network.ts';
import { isShipped, loadShipped, SHIPPED_FOLDER, type ShippedNetwork } from '../gpu/models/digits/shipped.ts';
import { CLASSES } from '../gpu/models/digits/unet.ts';
import { diffusionWay, flowWay, type Way } from '../gpu/pipelines/digits/way.ts';
import { loadMnist } from '../gpu/training/mnist.ts';
import { networkOf } from '../gpu/training/networks.ts';
import { denoiserFigures, freeSampleFigures, judgeFigures, sampleFigures } from './digits.ts';

const { values } = parseArgs({
	options: {
		'per-digit': { type: 'string', default: '100' },
		denoised: { type: 'string', default: '1000' },
		guidance: { type: 'string', default: '5' },
		seed: { type: 'string', default: '1' },
		'flow-steps': { type: 'string', default: String(FLOW_STEPS) },
		'flow-sampler': { type: 'string', default: 'euler' },
		weights: { type: 'string', default: SHIPPED_FOLDER },
		device: { type: 'string', default: 'cpu' },
		threads: { type: 'string', default: String(availableParallelism()) },
		mnist: { type: 'string' },
	},
});
const provider = PROVIDERS.find((name) => name === values.device);
const perDigit = Number(values['per-digit']);
const sampler = FLOW_SAMPLER_NAMES.find((name) => name === values['flow-sampler']);
if (!provider || !sampler || !(perDigit >= 2) || !(Number(values.denoised) >= 1)) {
	console.error(
		`--device must be one of ${PROVIDERS.join(', ')}; --flow-sampler one of ${FLOW_SAMPLER_NAMES.join(', ')}; --per-digit at least 2 and --denoised at least 1.`,
	);
	process.exit(2);
}
const seed = Number(values.seed);
const guidanceScale = Number(values.guidance);
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const row = (...cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);

async function open(network: ShippedNetwork) {
	const { tensors, hidden } = await loadShipped(network, values.weights);
	return openDigitNetwork(networkOf(network, hidden).definition, tensors, {
		provider: provider!,
		threads: Number(values.threads),
	});
}

/** A network's way from noise to digits, and a description of its settings. */
async function openWay(model: SamplingModel): Promise<{ way: Way; settings: string }> {
	const network = await open(model);
	const options = { guidanceScale, signal: new AbortController().signal };
	const guidance = isTold(model) ? [`guidance ${guidanceScale}`] : [];
	if (!isFlow(model))
		return { way: diffusionWay(asDigitDenoiser(network), options), settings: ['', ...guidance].join(', ') };
	const flow = { sampler: sampler!, steps: Number(values['flow-steps']) };
	const settings = ['', ...guidance, flow.sampler, `${flow.steps} steps`].join(', ');
	return { way: flowWay(asDigitFlow(network), flow, options), settings };
}

const [train, test] = await Promise.all([loadMnist('train', values.mnist), loadMnist('test', values.mnist)]);
const judgeNetwork = await open('judge');
row('figure', 'measured', 'wanted');
row('---', '---', '---');
row('test digits that the judge reads right (10,000)', percent(await judgeFigures(judgeNetwork, test)), '>= 99 %');
for (const model of SAMPLING_MODELS) {
	if (!(await isShipped(model, values.weights))) continue;
	const { way, settings } = await openWay(model);
	const sampling = { way, judgeNetwork, seed };
	const log = (line: string) => console.error(`${model}: ${line}`);
	if (!isTold(model)) {
		const count = CLASSES * perDigit;
		const { frechet, counts } = await freeSampleFigures(sampling, test, count, log);
		row(`${model}: Fréchet distance from the test digits (${count}${settings})`, frechet.toFixed(3), '');
		row('samples read as each digit, 0 to 9', counts.join(', '), '');
		continue;
	}
	const figures = await sampleFigures(sampling, { train, test }, perDigit, log);
	const worst = Math.min(...figures.rightOf);
	const each = figures.rightOf.map((share, digit) => `${digit}: ${percent(share)}`).join(', ');
	row(`${model}: samples read as the digit asked for (${figures.count}${settings})`, percent(figures.right), '>= 98 %');
	row('the worst digit', `${percent(worst)} (${each})`, '>= 94 %');
	const wanted = isFlow(model) ? 'at most 1.5 times that of class' : '';
	row('Fréchet distance from the test digits', figures.frechet.samples.toFixed(3), wanted);
	row('floor: as many training digits', figures.frechet.floor.toFixed(3), '');
	row('ceiling: as many pictures of noise', figures.frechet.ceiling.toFixed(3), '');
	row("diversity within a digit, as a share of the test digits'", percent(figures.diversity), '');
}
if (await isShipped('denoiser', values.weights)) {
	const { count, noisy, alike, blurred, denoised } = await denoiserFigures(
		await open('denoiser'),
		test,
		Number(values.denoised),
		seed,
	);
	row(`PSNR of noisy digits at σ 0.5 (${count})`, `${noisy.toFixed(2)} dB`, '');
	row('with the Gaussian blur that is best for all', `${alike.toFixed(2)} dB`, '');
	row('with the best blur for each', `${blurred.toFixed(2)} dB`, '');
	row('after one step of the denoiser', `${denoised.toFixed(2)} dB`, '');
	row('gain over the best blur for all', `${(denoised - alike).toFixed(2)} dB`, '>= 6 dB');
	row('gain over the best blur for each', `${(denoised - blurred).toFixed(2)} dB`, '');
}
