/**
 * CPU seconds and memory for a guided step of DeepFloyd IF at its full size, with the weights held in each way, next to
 * PyTorch. Each contender has a process of its own, and they take turns.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readUNetConfig, type UNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { NOISE_LEVEL, randomInputs, T } from '../gpu/self-test/random-inputs.ts';
import { relativeRms } from '../gpu/tensor/compare.ts';
import type { Probed } from './full-size-probe.ts';
import { unetFolder } from './networks.ts';
import { openPeer, type Peer } from './peer.ts';
import { PYTHON } from './python.ts';
import { SHAPES } from './shape-configs.ts';
import type { Table } from './table.ts';
import { median } from './timing.ts';

const PLANS = ['resident', 'staged', 'mmap'] as const;

/** The columns of memory. */
const MEMORY = ['private', 'mapped', 'peak'] as const;

const ROUNDS = 5;
const BATCH = 2;

const run = promisify(execFile);

interface Contender {
	readonly name: string;
	readonly cpuSeconds: number[];
	/** Runs one more evaluation. */
	evaluate(): Promise<void>;
	/** Its memory and loading time, as of the last evaluation. */
	describe(): { readonly memory: readonly string[]; readonly loading: string };
	close(): void;
}

/** @param names of shapes in `shape-configs.ts` */
export async function benchFullSize(names: readonly string[], threads: number): Promise<Table> {
	const parent = await mkdtemp(join(tmpdir(), 'flipside-full-size-'));
	const notes = [
		`A step is one evaluation of two samples, as guidance asks for. Medians of ${ROUNDS}, in turns, after one of each. CPU seconds count all threads. Random weights in fp32 files (weights from fp16 files would be converted to fp32, and so could not stay mapped). PyTorch computes the prompt's part at every step, as diffusers does.`,
		"Private memory is the process's own; mapped memory is pages of files (weights, and the libraries' code), which the system can take back. The peak counts both, and loading. `staged` loads each network when it is first run, and frees it once another needs the room.",
	];
	try {
		const rows: string[][] = [];
		for (const name of names) {
			const measured = await measure(name, parent, threads);
			rows.push(...measured.rows);
			notes.push(...measured.notes);
		}
		return {
			title: 'A guided step at full size (cpu)',
			header: ['shape', 'who', 'CPU s', 'PyTorch / this', 'private MiB', 'mapped MiB', 'peak MiB', 'loaded in, s'],
			rows,
			notes,
		};
	} finally {
		await rm(parent, { recursive: true });
	}
}

async function measure(name: string, parent: string, threads: number) {
	const directory = join(parent, name);
	const folder = unetFolder(directory);
	await mkdir(folder, { recursive: true });
	await writeFile(join(folder, 'config.json'), JSON.stringify(SHAPES[name]));
	await run(PYTHON, [join(import.meta.dirname, 'shapes.py'), folder, 'float32']);
	const config = await readUNetConfig(join(folder, 'config.json'));

	const peer = await openPeer(directory, { mode: 'cpu', threads });
	const probes = await Promise.all(PLANS.map((plan) => openProbe(plan, folder, threads)));
	const estimates: Float32Array[] = [];
	const contenders = [
		...probes.map((probe, i) => contender(PLANS[i], probe, (estimate) => estimates.push(estimate))),
		...(peer ? [pytorch(peer, config)] : []),
	];
	for (const each of contenders) await each.evaluate();
	for (const each of contenders) each.cpuSeconds.length = 0;
	for (let round = 0; round < ROUNDS; round++) for (const each of contenders) await each.evaluate();

	const theirs = peer ? median(contenders[contenders.length - 1].cpuSeconds) : Number.NaN;
	const rows = contenders.map(({ name: who, cpuSeconds, describe }) => {
		const { memory, loading } = describe();
		const own = median(cpuSeconds);
		return [name, who, own.toFixed(2), peer ? (theirs / own).toFixed(2) : '-', ...memory, loading];
	});
	for (const each of contenders) each.close();
	await rm(directory, { recursive: true });
	const difference = relativeRms(estimates[0], estimates[PLANS.indexOf('mmap')]).toExponential(1);
	return { rows, notes: [`${name}: the two ways differ by ${difference} (relative RMS).`] };
}

async function openProbe(plan: string, folder: string, threads: number) {
	const script = fileURLToPath(new URL('full-size-probe.ts', import.meta.url));
	const child = fork(script, [folder, plan, String(threads)], { serialization: 'advanced' });
	await once(child, 'message');
	return {
		async ask(count: number): Promise<Probed> {
			child.send({ count });
			const [answer] = await once(child, 'message');
			return answer as Probed;
		},
		close: () => child.kill(),
	};
}

function contender(
	name: string,
	{ ask, close }: Awaited<ReturnType<typeof openProbe>>,
	keep: (estimate: Float32Array) => void,
): Contender {
	let last: Probed | undefined;
	const cpuSeconds: number[] = [];
	return {
		name: `Flipside, ${name}`,
		cpuSeconds,
		async evaluate() {
			const isFirst = last === undefined;
			last = await ask(1);
			cpuSeconds.push(...last.cpuSeconds);
			if (isFirst) keep(last.estimate);
		},
		describe: () => ({
			memory: MEMORY.map((kind) => last!.memory[kind].toFixed(0)),
			loading: last!.loading.toFixed(1),
		}),
		close,
	};
}

function pytorch(peer: Peer, config: UNetConfig): Contender {
	const inputs = randomInputs(config, BATCH);
	const cpuSeconds: number[] = [];
	const task = {
		x: inputs.sample.data,
		embedding: inputs.encoder_hidden_states.data,
		t: T,
		...(config.hasNoiseLevel && { noiseLevel: NOISE_LEVEL }),
		batch: BATCH,
		count: 1,
	};
	return {
		name: peer.name,
		cpuSeconds,
		evaluate: async () => void cpuSeconds.push(...(await peer.run(task)).cpuSeconds),
		describe: () => ({ memory: MEMORY.map(() => '-'), loading: '-' }),
		close: peer.close,
	};
}
