import { expect, test } from 'vitest';
import type { CommandContext, QueueEntry } from '../../commands/lib/command.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import { queue } from '../../commands/queue.ts';

test('the list says “about” for positions that may still grow', async () => {
	const entry = { command: 'generate', owner: 'Ann', mine: false };
	const entries: QueueEntry[] = [
		{ ...entry, id: 'a', position: undefined },
		{ ...entry, id: 'b', position: 0 },
		{ ...entry, id: 'c', position: 1 },
		{ ...entry, id: 'd', position: 0, mayGrow: true },
		{ ...entry, id: 'e', position: 12, mayGrow: true },
		{ ...entry, id: 'f', position: undefined, preparing: true },
	];
	const context = { queue: () => entries, wording: wordingIn([]) } as unknown as CommandContext;
	const { text } = await queue.run({ action: 'all', job: 'all' }, context);
	expect(text.split('\n').map((line) => line.split(', ')[1])).toEqual([
		'running',
		'next',
		'1 ahead of it',
		'next for now',
		'about 12 ahead of it',
		'being prepared',
	]);
});
