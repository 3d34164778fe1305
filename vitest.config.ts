import { defineConfig } from 'vitest/config';

/** Tests take seconds, but where many others calculated on the same two cores some took more than 30. */
const PATIENT = { testTimeout: 90_000, hookTimeout: 60_000, expect: { poll: { timeout: 10_000 } } };

/** One more than the two processors of a small machine: tests that wait for timers, pages and processes leave them idle. */
const WORKERS = 3;

const FAST = ['test/**/*.test.ts'];

/** Of the tests of Discord, those that run no client. */
const WITHOUT_CLIENT = [
	'api-errors',
	'autocomplete',
	'fit',
	'form-key',
	'modal',
	'render',
	'settings',
	'slash-commands',
];

/**
 * Tests that need modules of their own: they mock some, count on what a module keeps, or run discord.js, whose REST client keeps
 * state for the whole process. All others share the modules of their worker, which saves a fifth of the time.
 */
const APART = [
	`test/src/platforms/discord/!(${WITHOUT_CLIENT.join('|')}).test.ts`,
	'test/src/platforms/fourth.test.ts',
	'test/src/base/log.test.ts',
	'test/src/command-line/progress.test.ts',
	'test/gpu/training/{checkpoint-writer,train}.test.ts',
	'test/gpu/models/t5/encoder.test.ts',
	'test/gpu/models/deepfloyd/open-unet.test.ts',
	'test/commands/mnist/elsewhere.test.ts',
];

export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'fast', include: FAST, exclude: APART, isolate: false, ...PATIENT, maxWorkers: WORKERS } },
			{ test: { name: 'apart', include: APART, ...PATIENT, maxWorkers: WORKERS } },
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
