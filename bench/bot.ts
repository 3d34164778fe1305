/** The real bot, asked through its console: time to be ready, seconds per picture, memory, the longest stall. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WireAnswer, WireEvent } from '../src/platforms/console/wire.ts';
import type { ProbeReport } from './bot-probe.ts';
import type { Table } from './table.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** What is timed: a guided picture and an anagram, both with the defaults of their commands. */
const LINES = ['/generate "a photo of a dog" --seed 1', '/anagram "a photo of a dog" "a photo of a tree" --seed 1'];

export async function benchBot(device: { provider: string; threads: number }): Promise<Table> {
	const dataDir = await mkdtemp(join(tmpdir(), 'flipside-bench-'));
	const bot = fork(here('../src/main.ts'), {
		execArgv: ['--import', import.meta.resolve('tsx'), '--import', import.meta.resolve('./bot-probe.ts')],
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
		},
	});
	const endBot = () => bot.kill('SIGKILL');
	process.once('exit', endBot);
	try {
		const { address, workerPid, seconds } = await untilReady(bot);
		const rows = [['start to ready', `${seconds.toFixed(2)} s`]];
		rows.push(['memory of the bot when ready', memory(bot.pid, 'VmRSS')]);
		rows.push(['memory of the inference process when ready', memory(workerPid, 'VmRSS')]);
		await askProbe(bot); // forgets the start
		for (const line of LINES) {
			const took = await secondsFor(address, line);
			rows.push([`\`${line}\``, `${took.toFixed(2)} s`]);
			rows.push(['longest stall of the bot meanwhile', `${(await askProbe(bot)).stallMs.toFixed(1)} ms`]);
		}
		rows.push(['most memory of the bot', memory(bot.pid, 'VmHWM')]);
		rows.push(['most memory of the inference process', memory(workerPid, 'VmHWM')]);
		const notes = ['Seconds from posting the line to the console until the finished message arrives.'];
		return { title: `The bot (${device.provider})`, header: ['what', 'measured'], rows, notes };
	} finally {
		process.off('exit', endBot);
		const gone = once(bot, 'exit');
		bot.kill('SIGTERM');
		await gone;
		await rm(dataDir, { recursive: true, force: true });
	}
}

async function untilReady(bot: ChildProcess): Promise<{ address: string; workerPid: number; seconds: number }> {
	const start = performance.now();
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
		return { address, workerPid, seconds: (performance.now() - start) / 1000 };
	}
	throw new Error(`the bot ended before it was ready:\n${errors.join('\n')}`);
}

/** Types `line` into the console and waits for the pictures. */
async function secondsFor(address: string, line: string): Promise<number> {
	const closing = new AbortController();
	const events = await fetch(`${address}/api/events`, { signal: closing.signal });
	const form = new FormData();
	form.set('line', line);
	const start = performance.now();
	const answer = (await (await fetch(`${address}/api/commands`, { method: 'POST', body: form })).json()) as WireAnswer;
	if ('error' in answer) throw new Error(`${line}: ${answer.error}`);
	for await (const event of serverSentEvents(events)) {
		const message = event.messages.find(({ id }) => id === answer.id);
		if (!message || message.state === 'waiting' || message.state === 'running') continue;
		if (message.state !== 'done') throw new Error(`${line}: ${message.text}`);
		const seconds = (performance.now() - start) / 1000;
		closing.abort();
		return seconds;
	}
	throw new Error(`${line}: the console stopped answering`);
}

async function* serverSentEvents({ body }: Response): AsyncGenerator<WireEvent> {
	let text = '';
	for await (const piece of body!.pipeThrough(new TextDecoderStream())) {
		text += piece;
		const blocks = text.split('\n\n');
		text = blocks.pop()!;
		for (const block of blocks) {
			const data = block.split('\n').find((line) => line.startsWith('data:'));
			if (data) yield JSON.parse(data.slice('data:'.length));
		}
	}
}

async function askProbe(bot: ChildProcess): Promise<ProbeReport> {
	const answer = once(bot, 'message');
	bot.send('report');
	const [report] = await answer;
	return report;
}

/** Resident memory now (VmRSS) or at its highest (VmHWM). */
function memory(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): string {
	if (process.platform !== 'linux') return 'measured on Linux only';
	const kibibytes = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	return `${(Number(kibibytes) / 1024).toFixed(0)} MiB`;
}
