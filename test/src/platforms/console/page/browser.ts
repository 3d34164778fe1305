/** The console's page in a real, headless Chromium. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../../../commands/index.ts';
import type { JobKind, JobOf } from '../../../../../gpu/jobs/index.ts';
import { type Harness, startConsole } from '../harness.ts';

/** The headless shell comes first: it draws no window of its own and takes half of the processor time. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];

const PLACES = [
	process.env.CHROMIUM_PATH,
	...NAMES.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))),
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium on this machine, if there is one. */
const CHROMIUM = PLACES.find((path) => path && existsSync(path));

const MISSING = 'no Chromium found; install one, or set CHROMIUM_PATH';

let browser: Promise<Browser> | undefined;

/** The browser of this process, which ends with it: a start takes a second of a core. Profiles keep tests apart. */
function launched(): Promise<Browser> {
	browser ??= chromium.launch({ executablePath: CHROMIUM });
	return browser;
}

/** A console and a browser that shows it, for one test at a time. */
export class Chat {
	server!: Harness;
	page!: Page;
	browser!: Browser;
	/** Exceptions in the page, and errors on its console, such as what its policy refused. */
	complaints: string[] = [];

	/** Starts a console, opens it in a new browser profile, and waits until a person could type. */
	async open(options: BrowserContextOptions = {}, registry = commands): Promise<void> {
		this.server = await startConsole(registry);
		const context = await this.browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
		this.page = await context.newPage();
		this.page.setDefaultTimeout(30_000);
		this.complaints = [];
		this.page.on('pageerror', (error) => this.complaints.push(error.message));
		this.page.on('console', (line) => {
			// The browser logs refused requests, which tests provoke.
			if (line.type() === 'error' && !line.text().includes('status of 4')) this.complaints.push(line.text());
		});
		await this.page.goto(this.server.address);
		await this.page.locator('textarea.line').waitFor();
	}

	async close(): Promise<void> {
		await this.page.context().close();
		await this.server.stop();
		expect(this.complaints).toEqual([]);
		expect(this.server.errors).toEqual([]);
	}

	/** Types into whatever has the focus. */
	type(text: string): Promise<void> {
		return this.page.keyboard.type(text);
	}

	async key(...names: string[]): Promise<void> {
		for (const name of names) await this.page.keyboard.press(name);
	}

	/** The name of the focused element. */
	focused(): Promise<string | null | undefined> {
		return this.page.evaluate(
			() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
		);
	}

	/** The control of an option in the form. */
	option(name: string) {
		return this.page.locator(`[data-option=${name}]`).locator('textarea, input, select').first();
	}

	/** How many pixels the page is wider than its window. */
	overflow(): Promise<number> {
		return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	}

	/** Waits until this many requests are done. */
	finished(count = 1): Promise<void> {
		return this.page
			.locator('.message[data-state=done]')
			.nth(count - 1)
			.waitFor();
	}

	/** A job that reached the runner. The kind only tells the compiler its type. */
	job<K extends JobKind>(_kind: K, index = 0): JobOf<K> {
		return this.server.runner.submitted[index].job as JobOf<K>;
	}
}

/** A suite that needs a browser. Without one it fails in CI, and is skipped with a warning elsewhere. */
export function describeInChromium(name: string, suite: (chat: Chat) => void): void {
	if (!CHROMIUM && process.env.CI) {
		test(name, () => expect.fail(`The tests of the page must not be skipped in CI: ${MISSING}.`));
		return;
	}
	if (!CHROMIUM) console.warn(`SKIPPED, ${MISSING}: ${name}`);
	describe.skipIf(!CHROMIUM)(CHROMIUM ? name : `${name} (skipped: no Chromium found)`, () => {
		const chat = new Chat();
		beforeAll(async () => {
			chat.browser = await launched();
		});
		afterEach(() => chat.close());
		suite(chat);
	});
}

/** Pastes or drops a picture on the focused element, or on the one that a selector finds. */
export async function hand(
	page: Page,
	how: 'paste' | 'drop',
	png: Uint8Array,
	name: string,
	on = ':focus',
): Promise<void> {
	await page.evaluate(
		([type, bytes, filename, selector]) => {
			const data = new DataTransfer();
			data.items.add(new File([new Uint8Array(bytes)], filename, { type: 'image/png' }));
			const event =
				type === 'paste'
					? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
					: new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
			(document.querySelector(selector) ?? document.body).dispatchEvent(event);
		},
		[how, [...png], name, on] as const,
	);
}

/** Paints a mask over the form's picture: one stroke, a quarter down, from a quarter of the width to half of it. */
export async function paintMask(page: Page): Promise<void> {
	await page.getByRole('button', { name: 'Paint mask' }).click();
	const canvas = page.locator('dialog canvas[role]');
	const box = (await canvas.boundingBox()) as { x: number; y: number; width: number; height: number };
	await page.mouse.move(box.x + box.width / 4, box.y + box.height / 4);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4, { steps: 4 });
	await page.mouse.up();
	await page.getByRole('button', { name: 'Use this mask' }).click();
}
