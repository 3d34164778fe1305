/** Shows where the time of a training step goes, by kind of operation. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Device } from '../gpu/device.ts';
import { TorchGenerator } from '../gpu/diffusion/noise.ts';
import { digitUnet } from '../gpu/models/digits/unet.ts';
import { toModel } from '../gpu/onnx/model.ts';
import { openSession } from '../gpu/onnx/session.ts';
import { stepFor } from '../gpu/training/trainer.ts';
import type { Table } from './table.ts';

const SIZE = { hidden: 64, batchSize: 128 };
const STEPS = 3;

/** Operations below this share are added up as others. */
const LEAST_SHARE = 0.01;

/** An event of ONNX Runtime's profile; durations in microseconds. */
interface ProfileEvent {
	readonly cat: string;
	readonly name: string;
	readonly dur: number;
	readonly args?: { readonly op_name?: string };
}

/** Takes each node's fastest time over the steps and adds them up by kind of operation. */
export async function benchTrainingProfile(device: Device & { threads: number }): Promise<Table> {
	const events = await profile(device);
	const nodes = new Map<string, { type: string; milliseconds: number }>();
	for (const { cat, name, dur, args } of events) {
		if (cat !== 'Node' || !name.endsWith('_kernel_time') || !args?.op_name) continue;
		const milliseconds = Math.min(dur / 1000, nodes.get(name)?.milliseconds ?? Number.POSITIVE_INFINITY);
		nodes.set(name, { type: args.op_name, milliseconds });
	}
	const types = new Map<string, { count: number; milliseconds: number }>();
	for (const { type, milliseconds } of nodes.values()) {
		const sum = types.get(type) ?? { count: 0, milliseconds: 0 };
		types.set(type, { count: sum.count + 1, milliseconds: sum.milliseconds + milliseconds });
	}
	const all = add([...types.values()]);
	const [large, small] = [true, false].map((isLarge) =>
		[...types].filter(([, { milliseconds }]) => milliseconds >= LEAST_SHARE * all.milliseconds === isLarge),
	);
	large.sort(([, a], [, b]) => b.milliseconds - a.milliseconds);
	const row = (name: string, { count, milliseconds }: { count: number; milliseconds: number }) => {
		return [name, String(count), milliseconds.toFixed(0), `${((100 * milliseconds) / all.milliseconds).toFixed(1)} %`];
	};
	return {
		title: `Where a step goes: D ${SIZE.hidden}, batch ${SIZE.batchSize} (${device.provider})`,
		header: ['operation', 'nodes', 'ms', 'share'],
		rows: [
			...large.map(([type, sum]) => row(type, sum)),
			row(`${small.length} others`, add(small.map(([, sum]) => sum))),
			row('all', all),
		],
		notes: [`Each node's fastest time in ${STEPS} steps, with ${device.threads} threads.`],
	};
}

function add(sums: readonly { count: number; milliseconds: number }[]) {
	const total = (key: 'count' | 'milliseconds') => sums.reduce((sum, entry) => sum + entry[key], 0);
	return { count: total('count'), milliseconds: total('milliseconds') };
}

async function profile(device: Device): Promise<ProfileEvent[]> {
	const folder = await mkdtemp(join(tmpdir(), 'flipside-profile-'));
	try {
		const graph = await stepFor(digitUnet('time', SIZE.hidden), { batchSize: SIZE.batchSize, device });
		const session = await openSession(toModel(graph), { ...device, prefer: 'training', profile: join(folder, 'step') });
		const noise = new TorchGenerator(0);
		const feeds = graph.inputs.map(({ name, shape }) => [name, noise.uniform(shape.map(Number), 0.01, 0.1)]);
		for (let i = 0; i < STEPS; i++) await session.run(Object.fromEntries(feeds));
		await session.close();
		const [file] = await readdir(folder);
		return JSON.parse(await readFile(join(folder, file), 'utf8'));
	} finally {
		await rm(folder, { recursive: true });
	}
}
