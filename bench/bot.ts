/** Measures the real bot through its console: time until ready, seconds per picture, memory, longest stall. */
import type { WireEvent } from '../src/platforms/console/wire.ts';
import { memory, postLine, startBot } from './bot-process.ts';
import type { Table } from './table.ts';

/** What is timed: a guided picture and an anagram, both with the defaults of their commands, and the anagram's film. */
const LINES = [
	'/generate "a photo of a dog" --seed 1',
	'/anagram "a photo of a dog" "a photo of a tree" --seed 1',
	'/anagram "a photo of a dog" "a photo of a tree" --seed 1 --animate',
];

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
		for (const line of LINES) {
			const took = await secondsFor(bot.address, line);
			const { stallMs, cpuSeconds } = await bot.report();
			rows.push([`\`${line}\``, `${took.toFixed(2)} s`]);
			rows.push(['longest stall of the bot meanwhile', `${stallMs.toFixed(1)} ms`]);
			rows.push(['CPU time of the bot for it', `${cpuSeconds.toFixed(2)} s`]);
		}
		rows.push(['most memory of the bot', memory(bot.pid, 'VmHWM')]);
		rows.push(['most memory of the inference process', memory(bot.workerPid, 'VmHWM')]);
		const notes = [
			'Seconds from posting the line to the console until the finished message arrives.',
			`Start to ready: the fastest of ${STARTS}.`,
		];
		return { title: `The bot (${device.provider})`, header: ['what', 'measured'], rows, notes };
	} finally {
		await bot.close();
	}
}

/** Types `line` into the console and waits for the pictures. */
async function secondsFor(address: string, line: string): Promise<number> {
	const closing = new AbortController();
	const events = await fetch(`${address}/api/events`, { signal: closing.signal });
	const start = performance.now();
	const id = await postLine(address, line);
	for await (const event of serverSentEvents(events)) {
		const message = event.messages.find((each) => each.id === id);
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
