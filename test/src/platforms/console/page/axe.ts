/** Checks the page's accessibility with axe-core. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const SOURCE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** One line for each problem in the page's current state, in both colour schemes. */
export async function problems(page: Page): Promise<readonly string[]> {
	const source = await readFile(SOURCE, 'utf8');
	// The page's policy refuses injected scripts, but does not apply to what is evaluated from outside.
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
