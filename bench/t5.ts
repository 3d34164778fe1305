/** Estimates what T5-XXL takes on the CPU to encode a prompt, from a few of its 24 layers, next to PyTorch. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readT5Config } from '../gpu/models/t5/config.ts';
import { T5Network } from '../gpu/models/t5/network.ts';
import { openWeightFiles } from '../gpu/models/weight-files.ts';
import { relativeRms } from '../gpu/tensor/compare.ts';
import { openScript } from './python.ts';
import type { Table } from './table.ts';
import { median } from './timing.ts';

/** Two numbers of layers, to tell the cost per layer from the fixed cost. */
const LAYERS = [2, 4];
const XXL_LAYERS = 24;
const ROUNDS = 5;

/** A prompt of 20 tokens. */
const PROMPT = { ids: Int32Array.from({ length: 77 }, (_, i) => (i < 20 ? i + 2 : 0)), used: 20, cut: 0 };

interface Costs {
	/** CPU seconds with the weights already loaded. */
	readonly resident: number;
	/** CPU seconds with the weights loaded for this prompt alone. */
	readonly staged: number;
	readonly theirs: number;
}

export async function benchT5(threads: number): Promise<Table> {
	const notes: string[] = [];
	const costs: Costs[] = [];
	for (const layers of LAYERS) costs.push(await measure(layers, threads, notes));
	const [few, more] = costs;
	const inAll = (of: keyof Costs) => {
		const perLayer = (more[of] - few[of]) / (LAYERS[1] - LAYERS[0]);
		return few[of] + (XXL_LAYERS - LAYERS[0]) * perLayer;
	};
	const row = (label: string, cost: (of: keyof Costs) => number) => {
		const [resident, staged, theirs] = (['resident', 'staged', 'theirs'] as const).map(cost);
		return [label, resident.toFixed(2), staged.toFixed(2), theirs.toFixed(2), (theirs / resident).toFixed(2)];
	};
	return {
		title: 'One prompt through T5-XXL (cpu)',
		header: ['layers', 'resident, CPU s', 'staged, CPU s', 'PyTorch, CPU s', 'PyTorch / resident'],
		rows: [
			...LAYERS.map((layers, i) => row(String(layers), (of) => costs[i][of])),
			row(`${XXL_LAYERS}, extrapolated`, inAll),
		],
		notes: [
			`Medians of ${ROUNDS}, in turns, after one of each. Random weights in fp16, with the widths of XXL and a vocabulary of 128; all calculate in fp32. Staged: loaded for this prompt and freed. The last row continues the line through the two above.`,
			...notes,
		],
	};
}

async function measure(layers: number, threads: number, notes: string[]): Promise<Costs> {
	const folder = await mkdtemp(join(tmpdir(), 'flipside-t5-'));
	const script = fileURLToPath(new URL('t5.py', import.meta.url));
	const peer = await openScript<
		{ torch: string; transformers: string },
		{ ids: number[]; used: number },
		{ cpuSeconds: number; states: string }
	>(script, [folder, String(layers), String(threads)]);
	if (!peer) throw new Error('FLIPSIDE_PYTHON must name a Python with torch and transformers, which make the weights.');
	const open = async (memory: 'resident' | 'staged') => {
		const config = await readT5Config(join(folder, 'config.json'));
		return new T5Network(config, await openWeightFiles(folder, 'full'), { provider: 'cpu', threads, memory });
	};
	const [resident, staged] = [await open('resident'), await open('staged')];
	const theirs = () => peer.ask({ ids: [...PROMPT.ids], used: PROMPT.used });
	const [ours] = await resident.encode([PROMPT]);
	const states = new Float32Array(Uint8Array.from(Buffer.from((await theirs()).states, 'base64')).buffer);
	notes.push(
		`${layers} layers: the outputs differ by ${relativeRms(ours.data, states).toExponential(1)} (relative RMS).`,
	);
	await staged.encode([PROMPT]);
	const seconds = { resident: [] as number[], staged: [] as number[], theirs: [] as number[] };
	for (let round = 0; round < ROUNDS; round++) {
		seconds.resident.push(await cpuSeconds(() => resident.encode([PROMPT])));
		seconds.theirs.push((await theirs()).cpuSeconds);
		seconds.staged.push(await cpuSeconds(() => staged.encode([PROMPT])));
	}
	await Promise.all([resident.close(), staged.close(), peer.close()]);
	await rm(folder, { recursive: true });
	return { resident: median(seconds.resident), staged: median(seconds.staged), theirs: median(seconds.theirs) };
}

/** CPU seconds of `work`, over all threads of this process. */
async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
	const before = process.cpuUsage();
	await work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1e6;
}
