/** Measures the real bot through its console: time until ready, seconds per picture, memory, longest stall. */
import { fileURLToPath } from 'node:url';
import type { WireEvent } from '../src/platforms/console/wire.ts';
import { memory, postLine, startBot } from './bot-process.ts';
import type { Table } from './table.ts';
import { timeEach } from './timing.ts';

/** A picture to work on. */
const PICTURE = fileURLToPath(new URL('../assets/examples/tower.png', import.meta.url));

/** What is timed, all with the defaults of their commands: pictures, an anagram with and without its film, and work on a picture. */
const LINES: readonly (readonly [line: string, file?: string])[] = [
	['/generate "a photo of a dog" --seed 1'],
	['/anagram "a photo of a dog" "a photo of a tree" --seed 1'],
	['/anagram "a photo of a dog" "a photo of a tree" --seed 1 --animate'],
	['/edit --prompt "a photo of a tower" --seed 1', PICTURE],
	['/upscale --seed 1', PICTURE],
];

/** A class that presses Enter in the same moment. */
const CLASS = Array.from({ length: 32 }, (_, seed) => `/generate "a photo of a dog" --seed ${seed} --steps 10`);

/** Starts of which the fastest counts: the first one compiles the sources, and may read them from the disk. */
const STARTS = 3;

export async function benchBot(device: { provider: string; threads: number }): Promise<Table> {
	let bot = await startBot(device);
	const starts = [bot.readyIn];
	while (starts.length < STARTS) {
		await bot.close();
		bot = await startBot(device);
		starts.push(bot.readyIn);
	}
	try {
		const rows = [['start to ready', `${Math.min(...starts).toFixed(2)} s`]];
		rows.push(['memory of the bot when ready', memory(bot.pid, 'VmRSS')]);
		rows.push(['memory of the inference process when ready', memory(bot.workerPid, 'VmRSS')]);
		await bot.report(); // discards the start
		const time = async (what: string, work: () => Promise<unknown>) => {
			const [took] = await timeEach(1, work);
			const { stallMs, cpuSeconds } = await bot.report();
			rows.push([what, `${took.toFixed(2)} s`]);
			rows.push(['longest stall of the bot meanwhile', `${stallMs.toFixed(1)} ms`]);
			rows.push(['CPU time of the bot for it', `${cpuSeconds.toFixed(2)} s`]);
		};
		for (const [line, file] of LINES) {
			await time(file ? `a picture by ${line}` : `\`${line}\``, () => untilMade(bot.address, line, file));
		}
		await time(`${CLASS.length} requests of 10 steps at once`, () =>
			Promise.all(CLASS.map((line) => untilMade(bot.address, line))),
		);
		rows.push(['most memory of the bot', memory(bot.pid, 'VmHWM')]);
		rows.push(['most memory of the inference process', memory(bot.workerPid, 'VmHWM')]);
		const notes = [
			'Seconds from posting the line to the console until the finished message arrives; each request is watched in a window of its own.',
			`Start to ready: the fastest of ${STARTS}.`,
		];
		return { title: `The bot (${device.provider})`, header: ['what', 'measured'], rows, notes };
	} finally {
		await bot.close();
	}
}

/** Types `line` into the console, with a file if it needs one, and waits for the pictures. */
async function untilMade(address: string, line: string, file?: string): Promise<void> {
	const closing = new AbortController();
	const events = await fetch(`${address}/api/events`, { signal: closing.signal });
	const id = await postLine(address, line, file);
	for await (const event of serverSentEvents(events)) {
		const message = event.messages.find((each) => each.id === id);
		if (!message || message.state === 'waiting' || message.state === 'running') continue;
		if (message.state !== 'done') throw new Error(`${line}: ${message.text}`);
		closing.abort();
		return;
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
