/** A data directory with a history: what it costs the bot to start on it. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTransaction } from '../src/store/database.ts';
import { openStore } from '../src/store/open.ts';
import type { RequestRecord } from '../src/store/records.ts';
import { RequestStore } from '../src/store/requests.ts';
import { memory, startBot } from './bot-process.ts';
import { cpuSeconds } from './cpu-seconds.ts';
import type { Table } from './table.ts';

/** What is stored in each row. */
const HISTORIES: Readonly<Record<string, { readonly ended: number; readonly open: number }>> = {
	nothing: { ended: 0, open: 0 },
	'500 open requests': { ended: 0, open: 500 },
	'100,000 results': { ended: 100_000, open: 0 },
};

/** Rows of one transaction. */
const BATCH = 1000;

/** From one result to the next, in milliseconds: the last ones are shown again at the start, those of a month ago removed. */
const APART_MS = 5000;

export async function benchStored(device: { provider: string; threads: number }): Promise<Table> {
	const rows: string[][] = [];
	for (const [name, { ended, open }] of Object.entries(HISTORIES)) {
		const directory = await mkdtemp(join(tmpdir(), 'flipside-bench-stored-'));
		try {
			store(directory, ended, open);
			const bot = await startBot(device, { DATA_DIR: directory });
			try {
				const used = await cpuSeconds(bot.pid);
				rows.push([name, bot.readyIn.toFixed(2), used.toFixed(2), memory(bot.pid, 'VmRSS')]);
			} finally {
				await bot.close();
			}
		} finally {
			await rm(directory, { recursive: true, force: true });
		}
	}
	return {
		title: `A start with a history (${device.provider})`,
		header: ['stored', 'start to ready, s', "bot's CPU until then, s", 'memory of the bot when ready'],
		rows,
		notes: ['One start each. Open requests are resumed once the bot is ready.'],
	};
}

function store(directory: string, ended: number, open: number): void {
	const { database, close } = openStore(directory, true, (sentence) => console.error(sentence));
	const requests = new RequestStore(database);
	const records = [
		...Array.from({ length: ended }, (_, i) => resultOf(requests.newId(), i)),
		...Array.from({ length: open }, (_, i) => requestOf(requests.newId(), i)),
	];
	for (let i = 0; i < records.length; i += BATCH) {
		inTransaction(database, () => {
			for (const record of records.slice(i, i + BATCH)) requests.add(record);
		});
	}
	close();
}

function requestOf(id: string, i: number): RequestRecord {
	const owner = { id: `console:${i % 30}`, name: `Student ${i % 30}`, staff: false };
	const messageRef = { platform: 'console', channel: 'console:local', message: id };
	const options = { prompt: 'a photo of a dog', seed: String(i), steps: 100 };
	return { id, command: 'generate', options, owner, messageRef, state: 'waiting' };
}

function resultOf(id: string, i: number): RequestRecord {
	const ended = Date.now() - APART_MS * i;
	const [bytes, source] = ['figure', 'picture'].map((what) => refOf(`${what} ${i}`));
	const about = { type: 'image/png', filename: `generate-${i}.png`, width: 256, height: 256 } as const;
	const figures = [{ ...about, bytes, source, alt: 'A picture of a dog', prompt: 'a photo of a dog' }];
	return {
		...requestOf(id, i),
		state: 'done',
		answer: { text: `a photo of a dog. Seed ${i}, 20 steps.`, figures, attachments: [] },
		created: ended - 2000,
		began: ended - 1000,
		ended,
	};
}

const refOf = (text: string) => createHash('sha256').update(text).digest('hex');
