/** A thousand requests that wait: what each costs the bot when it comes, and what all of them hold of its memory. */
import { memory, postLine, startBot } from './bot-process.ts';
import type { Table } from './table.ts';

/** Requests in each row. */
const HUNDRED = 100;
const ROWS = 10;

/** How many come at the same time. */
const AT_ONCE = 4;

const lineOf = (seed: number) => `/generate "a photo of a dog" --seed ${seed} --steps 100`;

export async function benchCrowd(device: { provider: string; threads: number }): Promise<Table> {
	const bot = await startBot(device, { MAX_WAITING_PER_USER: String(ROWS * HUNDRED) });
	try {
		await bot.report(); // discards the start
		const rows: string[][] = [];
		for (let row = 0; row < ROWS; row++) {
			const start = performance.now();
			const senders = Array.from({ length: AT_ONCE }, async (_, sender) => {
				for (let i = sender; i < HUNDRED; i += AT_ONCE) await postLine(bot.address, lineOf(row * HUNDRED + i));
			});
			await Promise.all(senders);
			const milliseconds = performance.now() - start;
			const { cpuSeconds, stallMs } = await bot.report();
			rows.push([
				`${row * HUNDRED} to ${(row + 1) * HUNDRED}`,
				((1000 * cpuSeconds) / HUNDRED).toFixed(2),
				(milliseconds / HUNDRED).toFixed(2),
				stallMs.toFixed(0),
				memory(bot.pid, 'VmRSS'),
			]);
		}
		return {
			title: `A crowd (${device.provider})`,
			header: [
				'waiting',
				"bot's CPU per request, ms",
				'time per request, ms',
				'longest stall, ms',
				'memory of the bot',
			],
			rows,
			notes: [
				`Requests of /generate posted to the console, ${AT_ONCE} at a time, while the first ones are being made.`,
			],
		};
	} finally {
		await bot.close();
	}
}
