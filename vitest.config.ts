import { defineConfig } from 'vitest/config';

/** Twice the two processors of a small machine: tests that wait for timers, pages and processes leave them idle. */
const WORKERS = 4;

const EQUAL_BYTES = 'test/equal-bytes.ts';

/** Tests take seconds, but where many others calculated on the same two cores some took more than 30. */
const DAILY = {
	testTimeout: 90_000,
	hookTimeout: 60_000,
	expect: { poll: { timeout: 10_000 } },
	maxWorkers: WORKERS,
	setupFiles: [EQUAL_BYTES],
};

/**
 * Tests that need modules of their own: they mock some or count on what a module keeps. All others share the modules of their
 * worker, which saves a quarter of the time.
 */
const APART = [
	'test/src/base/log.test.ts',
	'test/src/command-line/progress.test.ts',
	'test/gpu/training/{checkpoint-writer,train}.test.ts',
	'test/gpu/models/t5/encoder.test.ts',
	'test/gpu/onnx/session-device.test.ts',
	'test/gpu/models/deepfloyd/open-unet.test.ts',
	'test/commands/mnist/elsewhere.test.ts',
];

export default defineConfig({
	test: {
		// What a run compiled is kept for the next one, under node_modules.
		experimental: { fsModuleCache: true },
		projects: [
			{
				test: {
					name: 'fast',
					include: ['test/**/*.test.ts'],
					exclude: APART,
					isolate: false,
					...DAILY,
					setupFiles: ['test/discord-first.ts', EQUAL_BYTES],
				},
			},
			{ test: { name: 'apart', include: APART, ...DAILY } },
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
