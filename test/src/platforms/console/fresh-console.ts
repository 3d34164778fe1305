/** A console for each test of a file, stopped behind it; a test in which something was logged as an error fails. */
import { afterEach, beforeEach, expect } from 'vitest';
import { type Harness, startConsole } from './harness.ts';

/** The current test's. */
export let console_: Harness;
export let url: string;

/** To be called once in a file of tests. */
export function freshConsole(): void {
	beforeEach(async () => use(await startConsole()));
	afterEach(async () => {
		await console_.stop();
		expect(console_.errors).toEqual([]);
	});
}

/** Another console over what this one has stored. */
export async function restart(): Promise<void> {
	use(await console_.restart());
}

function use(harness: Harness): void {
	console_ = harness;
	url = harness.url;
}
