/** The console's page in a real, headless Chromium. */
import { existsSync } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const PLACES = [
	process.env.CHROMIUM_PATH,
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where a Chromium is on this machine, if anywhere. */
export const CHROMIUM = PLACES.find((path) => path && existsSync(path));

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM });

export interface Visit {
	readonly page: Page;
	/** What the page complained about: exceptions, and everything that its policy refused. */
	readonly complaints: readonly string[];
}

/** Opens the console in a browser profile of its own, and waits until one can write. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
	const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(10_000);
	const complaints: string[] = [];
	page.on('pageerror', (error) => complaints.push(error.message));
	page.on('console', (line) => {
		// A refused request is part of the game, and the browser logs it.
		if (line.type() === 'error' && !line.text().includes('status of 4')) complaints.push(line.text());
	});
	await page.goto(url);
	await page.locator('textarea.line').waitFor();
	return { page, complaints };
}

/** Gives the page a picture as a paste or a drop would. */
export async function hand(page: Page, how: 'paste' | 'drop', png: Uint8Array, name: string): Promise<void> {
	await page.evaluate(
		([type, bytes, filename]) => {
			const data = new DataTransfer();
			data.items.add(new File([new Uint8Array(bytes)], filename, { type: 'image/png' }));
			const event =
				type === 'paste'
					? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
					: new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
			(document.activeElement ?? document.body).dispatchEvent(event);
		},
		[how, [...png], name] as const,
	);
}
