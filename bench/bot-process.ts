/** The bot as a process of its own, started as `npm start` does, on an empty DATA_DIR that goes when it ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WireAnswer } from '../src/platforms/console/wire.ts';
import type { ProbeReport } from './bot-probe.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface BotProcess {
	/** The address of its console, "http://127.0.0.1:40123". */
	readonly address: string;
	readonly pid: number;
	readonly workerPid: number;
	/** Seconds from starting the process to its line "Ready". */
	readonly readyIn: number;
	/** What its probe has measured since the last call. */
	report(): Promise<ProbeReport>;
	close(): Promise<void>;
}

/**
 * @param env added to the bot's environment
 * @param entry what is started instead of the bot's own entry
 */
export async function startBot(
	device: { provider: string; threads: number },
	env: Readonly<Record<string, string>> = {},
	entry = '../src/main.ts',
): Promise<BotProcess> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const start = performance.now();
	const bot = fork(here('../gpu/launch.mjs'), [here(entry)], {
		execArgv: [...startOptions(), '--import', import.meta.resolve('./bot-probe.mjs')],
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		env: {
			...process.env,
			DATA_DIR: dataDir,
			DEVICES: device.provider,
			THREADS: String(device.threads),
			CONSOLE_PORT: '0',
			CONSOLE_TOKEN: 'off',
			DISCORD_TOKEN: '',
			LOG_LEVEL: 'info',
			...env,
		},
	});
	const kill = () => bot.kill('SIGKILL');
	process.once('exit', kill);
	const close = async () => {
		process.off('exit', kill);
		if (bot.exitCode === null && bot.signalCode === null) {
			const gone = once(bot, 'exit');
			bot.kill('SIGTERM');
			await gone;
		}
		await rm(dataDir, { recursive: true, force: true });
	};
	try {
		const { address, workerPid } = await untilReady(bot);
		const readyIn = (performance.now() - start) / 1000;
		const report = async () => {
			const answer = once(bot, 'message');
			bot.send('report');
			const [report] = await answer;
			return report as ProbeReport;
		};
		return { address, pid: bot.pid!, workerPid, readyIn, report, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** The options that `npm start` gives Node. */
function startOptions(): readonly string[] {
	const { scripts } = JSON.parse(readFileSync(here('../package.json'), 'utf8'));
	return scripts.start.split(' ').filter((word: string) => word.startsWith('--'));
}

async function untilReady(bot: ChildProcess): Promise<{ address: string; workerPid: number }> {
	let address: string | undefined;
	let workerPid = 0;
	const errors: string[] = [];
	createInterface({ input: bot.stderr! }).on('line', (line) => {
		errors.push(line);
		workerPid = Number(/the inference process started \(pid (\d+)\)/.exec(line)?.[1] ?? workerPid);
	});
	for await (const line of createInterface({ input: bot.stdout! })) {
		address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? address;
		if (!line.startsWith('Ready') || !address) continue;
		bot.stdout!.resume();
		return { address, workerPid };
	}
	throw new Error(`the bot ended before it was ready:\n${errors.join('\n')}`);
}

/** Types a line into the console, with the file at a path if there is one. @returns the id of its message */
export async function postLine(address: string, line: string, file?: string): Promise<string> {
	const form = new FormData();
	form.set('line', line);
	if (file !== undefined) form.set('attachment', new File([readFileSync(file)], basename(file)));
	const answer = (await (await fetch(`${address}/api/commands`, { method: 'POST', body: form })).json()) as WireAnswer;
	if ('error' in answer) throw new Error(`${line}: ${answer.error}`);
	return answer.id;
}

/** Resident memory now (VmRSS) or at its peak (VmHWM). */
export function memory(pid: number, field: 'VmRSS' | 'VmHWM'): string {
	if (process.platform !== 'linux') return 'measured on Linux only';
	const kibibytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return `${(Number(kibibytes) / 1024).toFixed(0)} MiB`;
}
