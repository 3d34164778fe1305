/** Times training steps of the course's UNets, next to PyTorch on the same device. */
import { fileURLToPath } from 'node:url';
import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { type DigitModel, isTold } from '../gpu/jobs/index.ts';
import { CLASSES, digitUnet } from '../gpu/models/digits/unet.ts';
import { type Batch, openTrainer } from '../gpu/training/trainer.ts';
import { queryGpu } from './nvidia.ts';
import { openScript, type Script } from './python.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

interface Size {
	readonly kind: DigitModel;
	readonly hidden: number;
	readonly batch: number;
	readonly turns: number;
	/** Steps per turn on the CPU. */
	readonly turn: number;
}

/** The course's sizes, from exercises 2.4 of 2024, 2.5 of 2025 and 1.2.1. */
const SIZES: readonly Size[] = [
	{ kind: 'class', hidden: 64, batch: 128, turns: 4, turn: 3 },
	{ kind: 'flow-class', hidden: 64, batch: 64, turns: 4, turn: 3 },
	{ kind: 'denoiser', hidden: 128, batch: 256, turns: 2, turn: 2 },
];

/** How many times as many steps a GPU takes, because each takes only hundredths of a second. */
const GPU_STEPS = 10;

/** The first steps allocate; on a GPU they also choose convolution algorithms. */
const WARM_UP = 2;

const LEARNING_RATE = 1e-3;

/** nvidia-smi's unit, in megabytes. */
const MEBIBYTE = 1.048576;

const AND = new Intl.ListFormat('en-GB', { type: 'conjunction' });

type BenchDevice = Device & { readonly threads: number };

const SCRIPT = fileURLToPath(new URL('training-peer.py', import.meta.url));

interface Task {
	readonly kind: string;
	readonly hidden: number;
	readonly batch: number;
	readonly count: number;
	readonly channelsLast: boolean;
}
type TorchPeer = Script<{ torch: string }, Task, { seconds: number[]; megabytes: number }>;

/** Runs training steps; reports seconds per step and the peak of main memory. */
interface Runner {
	readonly name: string;
	run(count: number): Promise<{ seconds: readonly number[]; megabytes: number }>;
	close(): Promise<void> | void;
}

/** A runner that has taken its first steps. `gpuMegabytes` is the GPU memory taken since before it was opened. */
interface WarmRunner extends Runner {
	readonly gpuMegabytes: number | undefined;
}

export async function benchTraining(device: BenchDevice): Promise<Table> {
	const rows: string[][] = [];
	let torch = '';
	const onGpu = device.provider !== 'cpu';
	const steps = ({ turns, turn }: Size) => turns * turn * (onGpu ? GPU_STEPS : 1);
	for (const size of SIZES) {
		const runners = await openAll(size, device);
		const results = await takeTurns(runners, size.turns, steps(size) / size.turns);
		const own = median(results[0].seconds);
		for (const [i, { name, gpuMegabytes, close }] of runners.entries()) {
			const { seconds, megabytes } = results[i];
			rows.push([
				`${size.kind}, D ${size.hidden}, batch ${size.batch}`,
				name,
				median(seconds).toFixed(onGpu ? 4 : 2),
				Math.min(...seconds).toFixed(onGpu ? 4 : 2),
				(size.batch / median(seconds)).toFixed(0),
				(median(seconds) / own).toFixed(2),
				onGpu ? inGigabytes(gpuMegabytes) : inGigabytes(megabytes),
			]);
			await close();
		}
		torch = runners[1]?.name ?? torch;
	}
	const notes = [
		`Medians of ${AND.format(SIZES.map((size) => String(steps(size))))} steps, in turns, after ${WARM_UP} of each; fp32${onGpu ? ' (by default with TF32 on CUDA and in the convolutions of PyTorch)' : ''}.`,
		onGpu
			? 'Memory is that of the GPU after the first steps, by nvidia-smi, including driver and libraries. Each step uploads its batch and downloads its loss.'
			: 'Memory is the peak for PyTorch, and the current use for Flipside, which gives none back between steps.',
		torch
			? ''
			: `PyTorch skipped: the interpreter named by FLIPSIDE_PYTHON (or python3) has no torch${onGpu ? ' with CUDA' : ''}.`,
	];
	const header = ['size', 'by', 's per step', 'fastest', 'images/s', 'time / ours', 'memory, GB'];
	return { title: `Training the digit UNet (${device.provider})`, header, rows, notes: notes.filter(Boolean) };
}

function inGigabytes(megabytes: number | undefined): string {
	return megabytes === undefined ? '-' : (megabytes / 1000).toFixed(2);
}

/** Ours and, if there is PyTorch, PyTorch with its default layout and with channels last. */
async function openAll(size: Size, device: BenchDevice): Promise<WarmRunner[]> {
	const ways = [() => openOurs(size, device), ...[false, true].map((last) => () => openTorch(size, device, last))];
	const runners: WarmRunner[] = [];
	for (const open of ways) {
		const before = queryGpu('memory.used');
		const runner = await open();
		if (!runner) continue;
		await runner.run(WARM_UP);
		const gpuMegabytes =
			before === undefined ? undefined : MEBIBYTE * (Number(queryGpu('memory.used')) - Number(before));
		runners.push({ ...runner, gpuMegabytes });
	}
	return runners;
}

/** Lets all runners take turns, so a busy spell of the machine slows each of them alike. */
async function takeTurns(runners: readonly Runner[], turns: number, turn: number) {
	const results = runners.map(() => ({ seconds: [] as number[], megabytes: 0 }));
	for (let i = 0; i < turns; i++) {
		for (const [j, { run }] of runners.entries()) {
			const { seconds, megabytes } = await run(turn);
			results[j].seconds.push(...seconds);
			results[j].megabytes = megabytes;
		}
	}
	return results;
}

async function openOurs({ kind, hidden, batch: batchSize }: Size, device: Device): Promise<Runner> {
	const before = process.memoryUsage.rss();
	const definition = digitUnet(kind, hidden);
	const trainer = await openTrainer(definition, { batchSize, device, start: { seed: 0 } });
	const noise = new TorchGenerator(0);
	const pictures = () => noise.randn([batchSize, 1, 28, 28]).data;
	const timed = kind !== 'denoiser';
	const batch: Batch = {
		x: pictures(),
		target: pictures(),
		...(timed && { t: noise.uniform([batchSize, 1], 0, 1).data }),
		...(isTold(kind) && { c: oneHot(batchSize) }),
	};
	return {
		name: 'Flipside',
		async run(count) {
			const together = Math.min(count, trainer.together);
			const batches = new Array(together).fill(batch);
			const rates = new Array(together).fill(LEARNING_RATE);
			const runs = await timeEach(count / together, () => trainer.steps(batches, rates));
			const seconds = runs.map((run) => run / together);
			return { seconds, megabytes: (process.memoryUsage.rss() - before) / 1e6 };
		},
		close: trainer.close,
	};
}

/** Each digit in turn, [count, CLASSES]. */
function oneHot(count: number): Float32Array {
	const classes = new Float32Array(count * CLASSES);
	for (let i = 0; i < count; i++) classes[i * CLASSES + (i % CLASSES)] = 1;
	return classes;
}

/** PyTorch on the same device, in a process of its own; undefined if there is none. */
async function openTorch(
	{ kind, hidden, batch }: Size,
	{ provider, threads }: BenchDevice,
	channelsLast: boolean,
): Promise<Runner | undefined> {
	const peer: TorchPeer | undefined = await openScript(SCRIPT, [String(threads), provider === 'cpu' ? 'cpu' : 'cuda']);
	if (!peer) return undefined;
	return {
		name: `PyTorch ${peer.greeting.torch}${channelsLast ? ', channels last' : ''}`,
		run: (count) => peer.ask({ kind, hidden, batch, count, channelsLast }),
		close: peer.close,
	};
}
