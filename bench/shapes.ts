/** Times DeepFloyd IF in its published sizes, with random weights, next to the same weights in PyTorch on the same GPU. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Device } from '../gpu/device.ts';
import { pictureChannels, readUNetConfig, type UNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { openUNet } from '../gpu/models/deepfloyd/denoiser.ts';
import { NOISE_LEVEL, prepareFeeds, randomInputs, T } from '../gpu/self-test/random-inputs.ts';
import { relativeRms } from '../gpu/tensor/compare.ts';
import type { Tensor } from '../gpu/tensor/tensor.ts';
import { closeNetworks, unetFolder } from './networks.ts';
import { queryGpu } from './nvidia.ts';
import { openPeer, type PeerMode } from './peer.ts';
import { PYTHON } from './python.ts';
import { SHAPES } from './shape-configs.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

/** Guidance for one picture, and for four. */
const BATCHES = [2, 8];

/** All take turns, so a busy spell of the machine slows each of them alike. */
const ROUNDS = 5;
const EVALUATIONS = 10;

/** In the first evaluations of a batch size kernels are chosen, memory is planned, and torch.compile compiles. */
const WARM_UP = 3;

const run = promisify(execFile);

/**
 * @param names of shapes in `shape-configs.ts`
 * @param peers what to compare with
 */
export async function benchShapes(
	names: readonly string[],
	peers: readonly PeerMode[],
	device: Device & { threads: number },
): Promise<Table> {
	const folder = await mkdtemp(join(tmpdir(), 'flipside-shapes-'));
	try {
		const parts: Measured[] = [];
		for (const name of names) parts.push(await measure(name, folder, peers, device));
		const notes = [
			`Medians of ${ROUNDS * EVALUATIONS} evaluations, in turns, after ${WARM_UP} of each.`,
			"Random weights in fp16. Flipside reads its inputs from main memory and writes its outputs there; PyTorch keeps both on the GPU, and computes the prompt's part at every evaluation, as diffusers does.",
			...parts.flatMap(({ notes }) => notes),
		];
		const header = ['shape', 'batch', 'Flipside, ms', ...peers.flatMap((mode) => [`${mode}, ms`, 'ratio'])];
		return {
			title: `DeepFloyd IF's shapes (${device.provider})`,
			header,
			rows: parts.flatMap(({ rows }) => rows),
			notes,
		};
	} finally {
		await rm(folder, { recursive: true });
	}
}

interface Measured {
	readonly rows: string[][];
	readonly notes: string[];
}

async function measure(
	name: string,
	parent: string,
	peers: readonly PeerMode[],
	device: Device & { threads: number },
): Promise<Measured> {
	const directory = join(parent, name);
	const folder = unetFolder(directory);
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'config.json'), JSON.stringify(SHAPES[name]));
	await run(PYTHON, [join(import.meta.dirname, 'shapes.py'), folder]);
	const config = await readUNetConfig(join(folder, 'config.json'));

	const before = gpuMebibytes();
	const start = performance.now();
	const networks = await openUNet(folder, config, device);
	const loading = ((performance.now() - start) / 1000).toFixed(1);
	const batches = await Promise.all(
		BATCHES.map(async (batch) => {
			const inputs = randomInputs(config, batch);
			return { batch, inputs, feeds: await prepareFeeds(networks, inputs) };
		}),
	);
	const estimates: Float32Array[] = [];
	for (const { feeds } of batches) {
		await timeEach(WARM_UP - 1, () => networks.step.run(feeds));
		estimates.push(noiseOf((await networks.step.run(feeds)).estimate, config));
	}
	const memory = gpuMebibytes();

	const others = await Promise.all(peers.map((mode) => openPeer(directory, { mode, threads: device.threads })));
	const notes = [
		`${name}: loaded in ${loading} s${before !== undefined && memory !== undefined ? `, ${memory - before} MiB on the GPU after both batches` : ''}.`,
	];
	const rows: string[][] = [];
	for (const [i, { batch, inputs, feeds }] of batches.entries()) {
		const task = {
			x: inputs.sample.data,
			embedding: inputs.encoder_hidden_states.data,
			t: T,
			...(config.hasNoiseLevel && { noiseLevel: NOISE_LEVEL }),
			batch,
		};
		for (const [k, other] of others.entries()) {
			const answer = await other?.run({ ...task, count: WARM_UP });
			if (!answer) continue;
			const difference = relativeRms(estimates[i], answer.noise).toExponential(1);
			notes.push(`${name}, batch ${batch}, against ${peers[k]}: relative RMS difference ${difference}.`);
		}
		const mine: number[] = [];
		const theirs = others.map((): number[] => []);
		for (let round = 0; round < ROUNDS; round++) {
			mine.push(...(await timeEach(EVALUATIONS, () => networks.step.run(feeds))));
			for (const [k, other] of others.entries()) {
				theirs[k].push(...((await other?.run({ ...task, count: EVALUATIONS }))?.seconds ?? []));
			}
		}
		const ours = median(mine);
		const compared = theirs.flatMap((seconds) => {
			return seconds.length ? [milliseconds(median(seconds)), (median(seconds) / ours).toFixed(2)] : ['-', '-'];
		});
		rows.push([name, String(batch), milliseconds(ours), ...compared]);
		console.error(rows.at(-1)?.join('  ')); // in case the run is cut off
	}
	for (const other of others) await other?.close();
	await closeNetworks(networks);
	await rm(directory, { recursive: true });
	if (others[0]) notes.push(`${name}: ${others[0].name}.`);
	return { rows, notes };
}

/** The noise channels, which come first: [B, outChannels, S, S] -> [B, 3, S, S]. */
function noiseOf({ data, shape }: Tensor, config: UNetConfig): Float32Array {
	const pixels = shape[2] * shape[3];
	const [taken, all] = [pictureChannels(config) * pixels, shape[1] * pixels];
	const out = new Float32Array(shape[0] * taken);
	for (let b = 0; b < shape[0]; b++) out.set(data.subarray(b * all, b * all + taken), b * taken);
	return out;
}

function milliseconds(seconds: number): string {
	return (1000 * seconds).toFixed(2);
}

/** Memory in use on the first NVIDIA GPU, by all processes; undefined if there is none. */
function gpuMebibytes(): number | undefined {
	const used = queryGpu('memory.used');
	return used === undefined ? undefined : Number(used);
}
