/** Runs a UNet in a process of its own, for bench/full-size.ts: full-size-probe.ts FOLDER PLAN THREADS, with an IPC channel. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MEMORY_PLANS } from '../gpu/device.ts';
import { readUNetConfig } from '../gpu/models/deepfloyd/config.ts';
import { openUNet } from '../gpu/models/deepfloyd/denoiser.ts';
import { prepareFeeds, randomInputs } from '../gpu/self-test/random-inputs.ts';

/** The answer to each `{ count }`. */
export interface Probed {
	/** CPU seconds of each evaluation, all threads together. */
	readonly cpuSeconds: readonly number[];
	readonly memory: Memory;
	/** Seconds that loading took. */
	readonly loading: number;
	/** From the last evaluation, to compare with others. */
	readonly estimate: Float32Array;
}

/** In MiB. */
export interface Memory {
	/** Memory that no other process can use. */
	readonly private: number;
	/** Pages of files, which the system takes back when it needs room. */
	readonly mapped: number;
	/** The most of both together at any time, loading included. */
	readonly peak: number;
}

/** Guidance for one picture. */
const BATCH = 2;

const [folder, plan, threads] = process.argv.slice(2);
const memory = MEMORY_PLANS.find((name) => name === plan);
if (!memory || !process.send) throw new Error('full-size-probe.ts is started by bench/full-size.ts');

const config = await readUNetConfig(join(folder, 'config.json'));
const start = performance.now();
const networks = await openUNet(folder, config, { provider: 'cpu', threads: Number(threads), memory });
const loading = (performance.now() - start) / 1000;
const feeds = await prepareFeeds(networks, randomInputs(config, BATCH));

process.on('message', async ({ count }: { count: number }) => {
	const cpuSeconds: number[] = [];
	let estimate = new Float32Array();
	for (let i = 0; i < count; i++) {
		const before = process.cpuUsage();
		estimate = (await networks.step.run(feeds)).estimate.data as typeof estimate;
		const { user, system } = process.cpuUsage(before);
		cpuSeconds.push((user + system) / 1e6);
	}
	process.send?.({ cpuSeconds, memory: await ownMemory(), loading, estimate } satisfies Probed);
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });

/** Linux only. */
async function ownMemory(): Promise<Memory> {
	const rollup = await readFile('/proc/self/smaps_rollup', 'utf8');
	const status = await readFile('/proc/self/status', 'utf8');
	const mebibytes = (field: string, file: string) =>
		Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(file)?.[1]) / 1024;
	const anonymous = mebibytes('Anonymous', rollup);
	return { private: anonymous, mapped: mebibytes('Rss', rollup) - anonymous, peak: mebibytes('VmHWM', status) };
}
