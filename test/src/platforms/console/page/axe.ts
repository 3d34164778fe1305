/** What axe-core finds wrong with the page as it stands, for people who use it by keyboard, by ear or with poor sight. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** One line for each place with a problem, in the page's present state and in each colour scheme. */
export async function problems(page: Page): Promise<readonly string[]> {
	const source = await readFile(SOURCE, 'utf8');
	// The page's policy refuses scripts that are put into it; what is evaluated from outside is none of it.
	await page.evaluate(source);
	const found: string[] = [];
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const { violations } = await page.evaluate(async (): Promise<AxeResults> => {
			const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
			return axe.run();
		});
		for (const { id, help, nodes } of violations) {
			found.push(...nodes.map(({ target }) => `${colorScheme}: ${id}: ${help}: ${target.join(' ')}`));
		}
	}
	return found;
}
