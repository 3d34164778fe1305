import { defineConfig } from 'vitest/config';

/** Tests take seconds, but where many others calculated on the same two cores some took more than 30. */
const PATIENT = { testTimeout: 90_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'fast', include: ['test/**/*.test.ts'], ...PATIENT, maxWorkers: 2 } },
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
			{
				test: {
					name: 'slow',
					include: ['test/**/*.slow.ts'],
					testTimeout: 600_000,
					hookTimeout: 120_000,
					maxWorkers: 1,
				},
			},
		],
	},
});
