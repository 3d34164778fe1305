/** A picture from the command line where nothing runs yet, beside a plain Python script that does the same. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED } from '../gpu/models/bundled.ts';
import { PYTHON } from './python.ts';
import type { Table } from './table.ts';
import { median } from './timing.ts';

const RUNS = 5;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export async function benchCold({ threads }: { threads: number }): Promise<Table> {
	const folder = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const picture = join(folder, 'picture.png');
	const model = join(BUNDLED, 'emoji-if');
	const line = ['generate', 'a photo of a dog', '--seed', '1', '--out', folder];
	const ways = {
		Flipside: [process.execPath, here('../gpu/launch.mjs'), here('../src/cli.ts'), ...line],
		'PyTorch, diffusers, channels last': [PYTHON, here('cold.py'), model, String(threads), picture],
	};
	const env = { ...process.env, DATA_DIR: join(folder, 'data'), DEVICES: 'cpu', THREADS: String(threads) };
	try {
		const seconds = new Map<string, number[]>();
		// The first of each fills the caches: ours bundles its code, Python compiles its own.
		for (let run = 0; run <= RUNS; run++) {
			for (const [name, command] of Object.entries(ways)) {
				const took = await time(command, env);
				if (run > 0 && took !== undefined) seconds.set(name, [...(seconds.get(name) ?? []), took]);
			}
		}
		const ours = seconds.get('Flipside') ?? [];
		return {
			title: 'A picture where nothing runs yet (cpu)',
			header: ['by', 'fastest, s', 'median, s', 'fastest / ours', 'median / ours'],
			rows: [...seconds].map(([name, took]) => [
				name,
				Math.min(...took).toFixed(2),
				median(took).toFixed(2),
				(Math.min(...took) / Math.min(...ours)).toFixed(2),
				(median(took) / median(ours)).toFixed(2),
			]),
			notes: [
				`From starting the process to its end, ${RUNS} times each, in turns; files are in the system's cache. Both take the model's own ten steps with guidance. The script is spared the text encoder (bench/cold.py).`,
			],
		};
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Seconds from the start of a process to its end; undefined if it failed. */
async function time([program, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number | undefined> {
	const start = performance.now();
	const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
	const [status] = await once(child, 'exit').catch(() => [1]);
	return status === 0 ? (performance.now() - start) / 1000 : undefined;
}
