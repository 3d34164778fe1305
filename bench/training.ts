/** Seconds per training step of the course's time-conditioned UNet, next to PyTorch. */
import { fileURLToPath } from 'node:url';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { digitUnet } from '../gpu/models/digits/unet.ts';
import type { Device } from '../gpu/onnx/session.ts';
import { type Batch, openTrainer } from '../gpu/training/trainer.ts';
import { openScript, type Script } from './python.ts';
import type { Table } from './table.ts';
import { median, timeEach } from './timing.ts';

interface Size {
	readonly hidden: number;
	readonly batch: number;
	/** Steps each, in turns of `turn`. */
	readonly turns: number;
	readonly turn: number;
}

/** The course's two: of exercise 2.2 and of 1.2.1. */
const SIZES: readonly Size[] = [
	{ hidden: 64, batch: 128, turns: 4, turn: 3 },
	{ hidden: 128, batch: 256, turns: 2, turn: 2 },
];

const KIND = 'time';

/** The first steps allocate. */
const WARM_UP = 1;

const LEARNING_RATE = 1e-3;
const SCRIPT = fileURLToPath(new URL('training-peer.py', import.meta.url));

interface Task {
	readonly kind: string;
	readonly hidden: number;
	readonly batch: number;
	readonly count: number;
	readonly channelsLast: boolean;
}
type TorchPeer = Script<{ torch: string }, Task, { seconds: number[]; megabytes: number }>;

/** Steps taken: seconds each, and the most memory that they held. */
interface Runner {
	readonly name: string;
	run(count: number): Promise<{ seconds: readonly number[]; megabytes: number }>;
	close(): Promise<void> | void;
}

export async function benchTraining(device: Device & { threads: number }): Promise<Table> {
	const rows: string[][] = [];
	let torch = '';
	for (const size of SIZES) {
		const runners = [await openOurs(size, device), ...(device.provider === 'cpu' ? await openTorch(size, device) : [])];
		const results = await takeTurns(runners, size);
		const own = median(results[0].seconds);
		for (const [i, { name, close }] of runners.entries()) {
			const { seconds, megabytes } = results[i];
			rows.push([
				`D ${size.hidden}, batch ${size.batch}`,
				name,
				median(seconds).toFixed(2),
				Math.min(...seconds).toFixed(2),
				(size.batch / median(seconds)).toFixed(0),
				(median(seconds) / own).toFixed(2),
				(megabytes / 1000).toFixed(2),
			]);
			await close();
		}
		torch = runners[1]?.name ?? torch;
	}
	const notes = [
		`Medians of ${SIZES.map(({ turns, turn }) => turns * turn).join(' and ')} steps, in turns, after ${WARM_UP} of each; fp32.`,
		'Memory: the most that PyTorch held in a step; what Flipside holds, which gives none back between steps.',
		torch ? '' : 'PyTorch skipped: the interpreter named by FLIPSIDE_PYTHON (or python3) has no torch.',
	];
	const header = ['size', 'by', 's per step', 'fastest', 'images/s', 'time against ours', 'memory, GB'];
	return { title: `Training the digit UNet (${device.provider})`, header, rows, notes: notes.filter(Boolean) };
}

/** Everyone's steps, so that a busy spell of the machine hits all. */
async function takeTurns(runners: readonly Runner[], { turns, turn }: Size) {
	const results = runners.map(() => ({ seconds: [] as number[], megabytes: 0 }));
	for (const { run } of runners) await run(WARM_UP);
	for (let i = 0; i < turns; i++) {
		for (const [j, { run }] of runners.entries()) {
			const { seconds, megabytes } = await run(turn);
			results[j].seconds.push(...seconds);
			results[j].megabytes = megabytes;
		}
	}
	return results;
}

async function openOurs({ hidden, batch: batchSize }: Size, device: Device): Promise<Runner> {
	const before = process.memoryUsage.rss();
	const definition = digitUnet(KIND, hidden);
	const trainer = await openTrainer(definition, { batchSize, device, start: { seed: 0 } });
	const noise = new TorchGenerator(0);
	const pictures = () => noise.randn([batchSize, 1, 28, 28]).data;
	const batch: Batch = { x: pictures(), target: pictures(), t: noise.uniform([batchSize, 1], 0, 1).data };
	return {
		name: 'Flipside',
		async run(count) {
			const seconds = await timeEach(count, () => trainer.step(batch, LEARNING_RATE));
			return { seconds, megabytes: (process.memoryUsage.rss() - before) / 1e6 };
		},
		close: trainer.close,
	};
}

/** PyTorch as it is, and with channels last; none where there is no PyTorch. Each is a process of its own. */
async function openTorch({ hidden, batch }: Size, { threads }: { threads: number }): Promise<Runner[]> {
	const runners: Runner[] = [];
	for (const channelsLast of [false, true]) {
		const peer: TorchPeer | undefined = await openScript(SCRIPT, [String(threads)]);
		if (!peer) return [];
		runners.push({
			name: `PyTorch ${peer.greeting.torch}${channelsLast ? ', channels last' : ''}`,
			run: (count) => peer.ask({ kind: KIND, hidden, batch, count, channelsLast }),
			close: peer.close,
		});
	}
	return runners;
}
