/** Ten thousand requests that wait: what each costs the bot when it comes, and what all of them hold of its memory. */
import { MAX_UPLOADS } from '../src/platforms/console/at-once.ts';
import { memory, postLine, startBot } from './bot-process.ts';
import type { Table } from './table.ts';

/** How many wait at the end of each row. */
const WAITING = [1000, 2000, 4000, 6000, 8000, 10_000];

/** How many come at the same time: as many as the console receives. */
const AT_ONCE = MAX_UPLOADS;

/** A job of those that are being made, in milliseconds: longer than all of this takes. */
const JOB_MS = 2 ** 31 - 1;

const lineOf = (seed: number) => `/generate "a photo of a dog" --seed ${seed}`;

export async function benchCrowd(device: { provider: string; threads: number }): Promise<Table> {
	const bot = await startBot(device, { JOB_MS: String(JOB_MS) }, './workers/bot.ts');
	try {
		await bot.report(); // discards the start
		const rows: string[][] = [];
		let asked = 0;
		for (const waiting of WAITING) {
			const before = asked;
			const start = performance.now();
			const send = async () => {
				while (asked < waiting) await postLine(bot.address, lineOf(asked++));
			};
			await Promise.all(Array.from({ length: AT_ONCE }, send));
			const milliseconds = performance.now() - start;
			const { cpuSeconds, stallMs } = await bot.report();
			rows.push([
				`${before} to ${waiting}`,
				((1000 * cpuSeconds) / (waiting - before)).toFixed(2),
				(milliseconds / (waiting - before)).toFixed(2),
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
				`Requests of /generate posted to the console, ${AT_ONCE} at a time, while the first ones keep the device busy. The worker uses no processor (bench/workers).`,
			],
		};
	} finally {
		await bot.close();
	}
}
