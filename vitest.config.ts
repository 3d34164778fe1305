import { defineConfig } from 'vitest/config';

/** Tests take seconds, but where many others calculated on the same two cores some took more than 30. */
const PATIENT = { testTimeout: 90_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

/** Tests that put something else in the place of a module, which no other may see. */
const MOCKED = 'test/**/*.mocked.test.ts';

const TWO = { maxWorkers: 2 };

export default defineConfig({
	test: {
		projects: [
			// Loading the house takes longer than most tests: all files of a worker share it.
			{ test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [MOCKED], isolate: false, ...PATIENT, ...TWO } },
			{ test: { name: 'fast-mocked', include: [MOCKED], ...PATIENT, ...TWO } },
			{
				test: {
					name: 'faults',
					include: ['test/faults/*.faults.ts'],
					testTimeout: 60 * 60_000,
					hookTimeout: 120_000,
					maxWorkers: 2,
					disableConsoleIntercept: true,
				},
			},
			{ test: { name: 'slow', include: ['test/**/*.slow.ts'], testTimeout: 600_000, maxWorkers: 1 } },
		],
	},
});
