/**
 * A reader that obeys the labels of its pictures:
 *
 *     hang      listens to nobody any more
 *     die       kills itself
 *     eat       takes all memory that it can get
 *     fill      fills the heap of V8
 *     refuse    refuses the file
 *     fail      fails by our fault
 *     anything else is answered with the number of its process, after 50 ms
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../gpu/jobs/index.ts';
import { listen } from '../../src/uploads/reader-loop.ts';
import type { NamedFile } from '../../src/uploads/reader-protocol.ts';

const ACTIONS: Readonly<Record<string, () => void>> = {
	hang() {
		for (;;);
	},
	die: () => process.kill(process.pid, 'SIGKILL'),
	eat() {
		const eaten: Buffer[] = [];
		for (;;) eaten.push(Buffer.alloc(2 ** 22, 1));
	},
	fill() {
		const filled: object[] = [];
		for (;;) filled.push([filled.length]);
	},
	refuse() {
		throw new UserError('No such thing; send another.');
	},
	fail() {
		throw new Error('broken');
	},
};

listen({
	picture: async ({ label }: NamedFile) => {
		// Where a test counts the tries.
		writeSync(2, `asked for ${label}\n`);
		ACTIONS[label]?.();
		await delay(50);
		return { bytes: new Uint8Array(Buffer.from(String(process.pid))) };
	},
	embeddings: async () => ({ prompts: [], width: 1 }),
	// Hears that nobody waits any more.
	address: ({ address }, signal) =>
		new Promise((resolve, reject) => {
			if (address !== 'slow') resolve({ bytes: new Uint8Array(Buffer.from(String(process.pid))), name: address });
			signal.addEventListener('abort', reject);
		}),
});
