/**
 * A reader that does what the labels of its pictures say:
 *
 *     hang      stops responding
 *     die       kills itself
 *     eat       takes all the memory it can get
 *     fill      fills the heap of V8
 *     refuse    refuses the file
 *     fail      fails because of a bug
 *     anything else is answered with its process id after 50 ms
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../gpu/jobs/index.ts';
import { listen } from '../../src/base/helpers/loop.ts';
import type { NamedFile, Tasks } from '../../src/uploads/reader-protocol.ts';

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
		for (;;) filled.push(new Array(2 ** 20).fill(filled.length));
	},
	refuse() {
		throw new UserError('No such thing; send another.');
	},
	fail() {
		throw new Error('broken');
	},
};

listen<Tasks>({
	picture: async ({ label }: NamedFile) => {
		// A test counts the tries here.
		writeSync(2, `asked for ${label}\n`);
		ACTIONS[label]?.();
		await delay(50);
		return { bytes: new Uint8Array(Buffer.from(String(process.pid))) };
	},
	embeddings: async () => ({ prompts: [], width: 1 }),
	// Records that nobody is waiting any more.
	address: ({ address }, signal) =>
		new Promise((resolve, reject) => {
			if (address !== 'slow') resolve({ bytes: new Uint8Array(Buffer.from(String(process.pid))), name: address });
			signal.addEventListener('abort', reject);
		}),
});
