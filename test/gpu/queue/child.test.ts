import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChild } from '../../../gpu/queue/child.ts';

test('a process that the system refuses to start is given up, with the reason', async () => {
	const reasons: string[] = [];
	const child = createChild(
		// The system refuses so long an argument as it would refuse a process without memory.
		{ entry: 'worker.ts', args: ['\0'], startTimeoutMs: 10_000, log: () => {} },
		{ onReady() {}, onMessage() {}, onDeath() {}, onGivenUp: (reason) => reasons.push(reason) },
	);
	child.start();
	await expect.poll(() => reasons).toHaveLength(1);
	expect(reasons[0]).toMatch(/^The inference process cannot start: .*null bytes/);
	expect(child.givenUp).toBe(reasons[0]);
	await child.close();
});

test('nothing can be sent any more once it is closed', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'child-'));
	const entry = join(folder, 'worker.mjs');
	await writeFile(entry, "process.send({ type: 'ready' }); process.on('message', () => {});");
	const child = createChild(
		{ entry, startTimeoutMs: 60_000, log: () => {} },
		{ onReady() {}, onMessage() {}, onDeath() {}, onGivenUp() {} },
	);
	child.start();
	await expect.poll(() => child.ready).toBe(true);
	const closed = child.close();
	expect(child.ready).toBe(false);
	await closed;
	expect(child.ready).toBe(false);
	await rm(folder, { recursive: true });
});
