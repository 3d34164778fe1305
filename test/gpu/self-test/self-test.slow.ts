import { expect, test } from 'vitest';
import { selfTest } from '../../../gpu/self-test/self-test.ts';

// A machine with a GPU is needed for more; bench/ops.ts and bench/agreement.ts look closer on one.
test('the CPU computes what the CPU does', async () => {
	const { problem = '' } = await selfTest({ provider: 'cpu', threads: 1 }, 1);
	expect(problem).not.toMatch(/wrong/);
});
