/** `workers`, through the socket of a bot with a scripted runner. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DeviceReport } from '../../../gpu/queue/runner.ts';
import { RunnerError } from '../../../gpu/queue/runner.ts';
import { readConfig } from '../../../src/base/config.ts';
import { listen } from '../../../src/local-socket/listen.ts';
import { workers } from '../../../src/operator/workers.ts';
import { type MadeDesk, makeDesk } from '../../fakes/make-desk.ts';

let made: MadeDesk;
let printed: string[];
beforeEach(async () => {
	made = await makeDesk();
	printed = [];
});
afterEach(() => made.close());

const run = (json = false, words: readonly string[] = []) =>
	workers.run({
		words,
		json,
		config: () => readConfig([], { DATA_DIR: made.directory }),
		print: (text) => printed.push(text),
		complain: (text) => printed.push(text),
		meter: () => {},
	});

const DEVICES: readonly DeviceReport[] = [
	{ device: 'cuda:0', slots: 2, running: 1, loaded: ['IF-I-M-v1.0', 'emoji-if'] },
	{ machine: 'gpu-lab', device: 'cpu', slots: 2, running: 0, loaded: [], differing: ['emoji-if'] },
	{ machine: 'gpu-lab', device: 'cuda:0', slots: 2, running: 0, trains: true, loaded: [] },
	{ device: 'cuda:1', slots: 2, running: 0, loaded: [], problem: 'The inference process cannot start: no such device' },
];

test('shows the devices of the running bot', async () => {
	made.runner.reported = DEVICES;
	const stop = await listen({ desk: made.desk, runner: made.runner, dataDir: made.directory, log: made.log });
	expect(await run()).toBe(0);
	expect(printed[0].split('\n')).toEqual([
		'cuda:0: 1 of 2 slots in use; models loaded: IF-I-M-v1.0, emoji-if',
		'gpu-lab cpu: free; not used here, since other machines have different ones: emoji-if',
		'gpu-lab cuda:0: free beside a training',
		'cuda:1 is left out. The inference process cannot start: no such device',
	]);
	expect(await run(true)).toBe(0);
	expect(JSON.parse(printed[1])).toEqual({ devices: DEVICES });
	made.runner.reported = [];
	expect(await run()).toBe(0);
	expect(printed[2]).toBe('No worker is connected; start flipside worker on a machine (docs/scale.md).');
	await stop();
});

test('says why the devices of the running bot cannot be asked', async () => {
	vi.spyOn(made.runner, 'devices').mockRejectedValue(new RunnerError('The broker cannot be reached.'));
	const stop = await listen({ desk: made.desk, runner: made.runner, dataDir: made.directory, log: made.log });
	expect(await run()).toBe(1);
	expect(printed).toEqual(['The broker cannot be reached.']);
	await stop();
});

test('says what to do if no bot is running', async () => {
	await expect(run()).rejects.toThrow(
		`No bot is running on ${made.directory}; start one, or set DATA_DIR to the folder that it uses.`,
	);
});

test('takes no words', async () => {
	await expect(run(false, ['all'])).rejects.toThrow('workers takes no words; got "all".');
});
