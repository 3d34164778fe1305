/** Starts a console for each test of a file, and stops it after the test, which fails if an error was logged. */
import { afterEach, beforeEach, expect } from 'vitest';
import { type Harness, startConsole } from './harness.ts';

/** The current test's console. */
export let console_: Harness;
export let url: string;

/** Call once in a test file. */
export function freshConsole(): void {
	beforeEach(async () => use(await startConsole()));
	afterEach(async () => {
		await console_.stop();
		expect(console_.errors).toEqual([]);
	});
}

/** Replaces the console with another one on the same data. */
export async function restart(): Promise<void> {
	use(await console_.restart());
}

function use(harness: Harness): void {
	console_ = harness;
	url = harness.url;
}
