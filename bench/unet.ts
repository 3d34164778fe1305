/** Times UNet evaluations, next to the same weights in what a user could run in our place. */

import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { openTextEncoder } from '../gpu/models/text-encoders.ts';
import { relativeRms } from '../gpu/tensor/compare.ts';
import { openPeer, type Peer, type PeerMode } from './peer.ts';
import type { Table } from './table.ts';
import { median } from './timing.ts';

/** One picture without guidance, with it, and several people's. */
const BATCHES = [1, 2, 4, 8];

/** All take turns, so a busy spell of the machine slows each of them alike. */
const ROUNDS = 4;
const EVALUATIONS = 6;

const PEERS: readonly PeerMode[] = ['cpu', 'channels-last', 'compiled', 'onnxruntime', 'openvino'];

/** A peer that compiles may take minutes for a batch size; past this it is left out, in seconds. */
const PATIENCE = 120;

const PROMPTS = ['a photo of a dog', ''];
const T = 500;

/** One of those that take turns. */
interface Contender {
	readonly name: string;
	/** Runs `count` evaluations of a batch. */
	run(batch: number, count: number): Promise<Pick<Measured, 'seconds' | 'cpuSeconds' | 'noise'>>;
	close(): unknown;
	/** Ends one that nobody waits for any more. */
	kill?(): void;
}

interface Measured {
	readonly seconds: readonly number[];
	readonly cpuSeconds: readonly number[];
	/** The last estimate, [B, 3, S, S]. */
	readonly noise: Float32Array;
}

export async function benchUNet(directory: string, device: Device & { threads: number }): Promise<Table> {
	const ours = await openOurs(directory, device);
	const modes = device.provider === 'cpu' ? PEERS : [];
	const peers = await Promise.all(modes.map((mode) => openPeer(directory, { mode, threads: device.threads })));
	let contenders: readonly Contender[] = [ours, ...peers.flatMap((peer) => (peer ? [asContender(peer, ours)] : []))];
	const rows: string[][] = [];
	const notes: string[] = [];
	for (const batch of BATCHES) {
		const times = new Map<Contender, Measured[]>();
		for (const each of contenders) {
			const first = await atMost(PATIENCE, each.run(batch, 2)); // warms up too
			if (first) {
				times.set(each, [first]);
				continue;
			}
			notes.push(`${each.name} was left out from batch ${batch}, as it was not ready within ${PATIENCE} s.`);
			each.kill?.();
		}
		contenders = [...times.keys()];
		const [[, [reference]]] = [...times];
		for (const [{ name }, [first]] of [...times].slice(1)) {
			const difference = relativeRms(reference.noise, first.noise);
			if (difference > 1e-4) notes.push(`${name}, batch ${batch}: differs by ${difference.toExponential(1)}.`);
		}
		for (const measured of times.values()) measured.length = 0;
		for (let round = 0; round < ROUNDS; round++) {
			for (const [each, measured] of times) measured.push(await each.run(batch, EVALUATIONS));
		}
		const found = [...times].map(([{ name }, measured]) => {
			const all = (of: 'seconds' | 'cpuSeconds') => measured.flatMap((part) => part[of]);
			return {
				name,
				fastest: Math.min(...all('seconds')),
				median: median(all('seconds')),
				cpu: median(all('cpuSeconds')),
			};
		});
		const [own] = found;
		for (const { name, fastest, median: usual, cpu } of found) {
			const ratios = [fastest / own.fastest, usual / own.median].map((ratio) => ratio.toFixed(2));
			rows.push([String(batch), name, ...[fastest, usual, cpu].map((s) => (s * 1000).toFixed(1)), ...ratios]);
		}
	}
	for (const each of contenders) await each.close();
	notes.unshift(
		`${ROUNDS * EVALUATIONS} evaluations each, in turns, fp32; CPU time is the median of all threads together. Peers compute the prompt's part at every evaluation, as diffusers does; Flipside once per prompt. Estimates agree to 1e-4 (relative RMS) unless noted.`,
	);
	const header = ['batch', 'by', 'fastest, ms', 'median, ms', 'CPU, ms', 'fastest / ours', 'median / ours'];
	return { title: `One UNet evaluation beside its peers (${device.provider})`, header, rows, notes };
}

interface Ours extends Contender {
	/** What all evaluate. */
	inputs(batch: number): { readonly x: Float32Array; readonly embedding: Float32Array };
}

async function openOurs(directory: string, device: Device): Promise<Ours> {
	const denoiser = await new ModelLibrary().open(directory, device);
	const encoder = await openTextEncoder(directory, device);
	const embeddings = await Promise.all(PROMPTS.map(async (prompt) => (await encoder.encode(prompt)).data));
	await encoder.close();
	const source = new TorchGenerator(0);
	const pictures = Array.from({ length: Math.max(...BATCHES) }, () => source.randn(denoiser.shape)); // [3, S, S] each
	const promptOf = (i: number) => i % PROMPTS.length;
	return {
		name: 'Flipside',
		inputs: (batch) => ({
			x: concatenate(pictures.slice(0, batch).map(({ data }) => data)),
			embedding: concatenate(pictures.slice(0, batch).map((_, i) => embeddings[promptOf(i)])),
		}),
		async run(batch, count) {
			const [seconds, cpuSeconds]: [number[], number[]] = [[], []];
			let noise = new Float32Array();
			for (let i = 0; i < count; i++) {
				const [start, cpu] = [performance.now(), process.cpuUsage()];
				const estimates = await Promise.all(
					pictures.slice(0, batch).map((x, k) => denoiser.predict(x, T, { prompt: PROMPTS[promptOf(k)] })),
				);
				const { user, system } = process.cpuUsage(cpu);
				seconds.push((performance.now() - start) / 1000);
				cpuSeconds.push((user + system) / 1e6);
				noise = concatenate(estimates.map((estimate) => estimate.noise.data)) as typeof noise;
			}
			return { seconds, cpuSeconds, noise };
		},
		close: () => denoiser.close(),
	};
}

function asContender(peer: Peer, ours: Ours): Contender {
	return {
		name: peer.name,
		run: (batch, count) => peer.run({ ...ours.inputs(batch), t: T, batch, count }),
		close: () => peer.close(),
		kill: () => peer.kill(),
	};
}

/** Undefined if it takes longer, in seconds. */
async function atMost<T>(seconds: number, work: Promise<T>): Promise<T | undefined> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(() => resolve(undefined), seconds * 1000);
	});
	work.catch(() => {}); // it may fail once nobody waits for it
	return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
	return Float32Array.from(parts.flatMap((part) => [...part]));
}
