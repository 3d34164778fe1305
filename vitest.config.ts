import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		projects: [
			{ test: { name: 'fast', include: ['test/**/*.test.ts'], testTimeout: 30_000, maxWorkers: 2 } },
			{ test: { name: 'slow', include: ['test/**/*.slow.ts'], testTimeout: 600_000, maxWorkers: 1 } },
		],
	},
});
