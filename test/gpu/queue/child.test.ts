import { expect, test } from 'vitest';
import { createChild } from '../../../gpu/queue/child.ts';

test('a process that the system refuses to start at once is given up with the reason', async () => {
	const reasons: string[] = [];
	const child = createChild(
		// No process can be given such an argument: it is refused as one is where memory is short.
		{ entry: 'worker.ts', args: ['\0'], startTimeoutMs: 10_000, log: () => {} },
		{ onReady() {}, onMessage() {}, onDeath() {}, onGivenUp: (reason) => reasons.push(reason) },
	);
	child.start();
	await expect.poll(() => reasons).toHaveLength(1);
	expect(reasons[0]).toMatch(/^The inference process cannot start: .*null bytes/);
	expect(child.givenUp).toBe(reasons[0]);
	await child.close();
});
