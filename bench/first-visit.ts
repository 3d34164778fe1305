/** The console's first visit in a real browser: seconds from a click on the anagram to a picture that turns over. */
import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { EXAMPLES } from '../src/platforms/console/examples.ts';
import { startBot } from './bot-process.ts';
import type { Table } from './table.ts';
import { median } from './timing.ts';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Each on a bot that has just started, as for somebody who tries it out. */
const VISITS = 3;

const PATIENCE_MS = 60_000;

export async function benchFirstVisit(device: { provider: string; threads: number }): Promise<Table> {
	const executablePath = BROWSERS.find((path) => existsSync(path));
	const title = `A first visit (${device.provider})`;
	const header = ['click on the anagram until it', 'fastest, s', 'median, s'];
	if (!executablePath) return { title, header, rows: [], notes: [`Skipped: none of ${BROWSERS.join(', ')} is there.`] };
	const browser = await chromium.launch({ executablePath });
	try {
		const visits: Visit[] = [];
		for (let i = 0; i < VISITS; i++) {
			const bot = await startBot(device);
			const page = await browser.newPage();
			try {
				visits.push(await visit(page, bot.address));
			} finally {
				await page.close();
				await bot.close();
			}
		}
		const row = (what: string, of: (visit: Visit) => number) => {
			const seconds = visits.map(of);
			return [what, Math.min(...seconds).toFixed(2), median(seconds).toFixed(2)];
		};
		const rows = [row('is there', ({ made }) => made), row('has turned over', ({ turned }) => turned)];
		return { title, header, rows, notes: [`${VISITS} visits, each to a bot that has just become ready.`] };
	} finally {
		await browser.close();
	}
}

interface Visit {
	readonly made: number;
	readonly turned: number;
}

async function visit(page: Page, address: string): Promise<Visit> {
	const anagram = EXAMPLES.find(({ flips }) => flips)!;
	await page.goto(address);
	const button = page.getByRole('button', { name: anagram.title });
	await button.waitFor();
	const start = performance.now();
	const since = () => (performance.now() - start) / 1000;
	await button.click();
	await page.locator('.message[data-state=done]').waitFor({ timeout: PATIENCE_MS });
	const made = since();
	await page.locator('.picture.turned .back').waitFor({ timeout: PATIENCE_MS });
	return { made, turned: since() };
}
