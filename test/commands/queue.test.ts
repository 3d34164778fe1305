import { expect, test } from 'vitest';
import type { CommandContext, QueueEntry } from '../../commands/lib/command.ts';
import { wordingIn } from '../../commands/lib/wording.ts';
import { queue } from '../../commands/queue.ts';
import { type DeviceReport, RunnerError } from '../../gpu/queue/runner.ts';

const ONE: DeviceReport = { device: 'cpu', slots: 2, running: 1, loaded: [] };

test('the devices are listed where there are several, or one is remote or has a problem', async () => {
	const problem = `The inference process cannot start: ${'no such device, '.repeat(10)}`;
	const textWith = async (...devices: readonly DeviceReport[]) => {
		const context = { queue: () => [], devices: async () => devices } as unknown as CommandContext;
		return (await queue.run({ action: 'all', job: 'all' }, context)).text.split('\n');
	};
	const there: DeviceReport = { ...ONE, machine: 'gpu-lab', device: 'cuda:1', running: 0, loaded: ['IF-I-M-v1.0'] };
	expect(await textWith(ONE)).toEqual(['The queue is empty.']);
	expect(await textWith(ONE, there)).toEqual([
		'The queue is empty.',
		'Devices:',
		'cpu: 1 of 2 slots in use',
		'gpu-lab cuda:1: free; models loaded: IF-I-M-v1.0',
	]);
	expect(await textWith(there)).toContain('gpu-lab cuda:1: free; models loaded: IF-I-M-v1.0');
	expect(await textWith()).toEqual([
		'The queue is empty.',
		'No worker is connected; start flipside worker on a machine (docs/scale.md).',
	]);
	const context = {
		queue: () => [],
		devices: () => Promise.reject(new RunnerError('The broker cannot be reached.')),
	} as unknown as CommandContext;
	const { text } = await queue.run({ action: 'all', job: 'all' }, context);
	expect(text).toBe('The queue is empty.\nThe broker cannot be reached.');
	const [, , line] = await textWith({ ...ONE, problem });
	expect(line).toMatch(/^cpu is left out\. The inference process cannot start: no such .*…$/);
	expect(line.length).toBeLessThan(130);
});

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
	const context = {
		queue: () => entries,
		devices: async () => [ONE],
		wording: wordingIn([]),
	} as unknown as CommandContext;
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
