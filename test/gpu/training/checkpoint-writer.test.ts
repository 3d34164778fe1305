import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digitUnet } from '../../../gpu/models/digits/unet.ts';
import { loadArrays } from '../../../gpu/models/safetensors-values.ts';
import { loadCheckpoint } from '../../../gpu/training/checkpoint.ts';
import { type CheckpointWriterEvent, createCheckpointWriter } from '../../../gpu/training/checkpoint-writer.ts';
import { epochFile, stepFile } from '../../../gpu/training/runs.ts';
import type { NamedArrays, TrainerState } from '../../../gpu/training/trainer-state.ts';
import { writeWhole } from '../../../gpu/write-whole.ts';

vi.mock(import('../../../gpu/write-whole.ts'), async (original) => {
	const real = await original();
	return { writeWhole: vi.fn(real.writeWhole) };
});

const DEFINITION = digitUnet('time', 4);

/** A state with recognisable numbers. */
function stateAfter(steps: number, { average = false } = {}): TrainerState {
	const { parameters, statistics } = DEFINITION;
	const filled = (specs: readonly { name: string; shape: readonly number[] }[], first: number): NamedArrays =>
		Object.fromEntries(
			specs.map(({ name, shape }, n) => {
				const length = shape.reduce((product, dimension) => product * dimension, 1);
				return [name, Float32Array.from({ length }, (_, i) => first + steps + n / 64 + i / 8192)];
			}),
		);
	const trained = parameters.filter(({ trained: isTrained }) => isTrained);
	return {
		steps,
		parameters: filled(parameters, 0),
		statistics: filled(statistics, 100),
		firstMoments: filled(trained, 200),
		secondMoments: filled(trained, 300),
		...(average && { average: filled(parameters, 400) }),
	};
}

/** Replaces text by text of the same length. */
function replaced(bytes: Buffer, old: string, changed: string): Buffer {
	expect(bytes.indexOf(old)).toBeGreaterThan(0);
	return Buffer.from(bytes.toString('latin1').replace(old, changed), 'latin1');
}

describe('the checkpoints of a training', () => {
	let folder: string;
	let events: CheckpointWriterEvent[];
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'flipside-checkpoints-'));
		events = [];
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const writer = () => createCheckpointWriter(folder, DEFINITION, (event) => events.push(event));
	const files = async () => (await readdir(join(folder, 'checkpoints'))).sort();
	const fullDisk = (code = 'ENOSPC') =>
		vi.mocked(writeWhole).mockRejectedValueOnce(Object.assign(new Error('no space left'), { code }));

	it.each([false, true])('are read back exactly, moving average: %s', async (average) => {
		const checkpoint = { state: stateAfter(7, { average }), losses: [0.5, 0.25] };
		await writer().keepCheckpoint(checkpoint);
		expect(await writer().newest()).toEqual(checkpoint);
		expect(events).toEqual([]);
	});

	it('are cleared of files that a killed process left unfinished', async () => {
		await writer().keepCheckpoint({ state: stateAfter(5), losses: [] });
		await writeFile(`${stepFile(folder, 10)}.0b9c-unfinished`, 'half of a checkpoint');
		expect((await writer().newest())?.state.steps).toBe(5);
		expect(await files()).toEqual(['step-0000005.safetensors']);
	});

	it('are empty at first', async () => expect(await writer().newest()).toBeUndefined());

	it('include the last two, and the weights of every epoch', async () => {
		for (const steps of [5, 10, 15]) {
			await writer().keepEpoch(steps / 5, stateAfter(steps));
			await writer().keepCheckpoint({ state: stateAfter(steps), losses: [] });
		}
		expect(await files()).toEqual([
			'epoch-001.safetensors',
			'epoch-002.safetensors',
			'epoch-003.safetensors',
			'step-0000010.safetensors',
			'step-0000015.safetensors',
		]);
		expect(events).toEqual([1, 2, 3].map((epoch) => ({ type: 'checkpoint', epoch })));
	});

	it('have weights to sample from: the moving average if there is one, in half precision', async () => {
		await writer().keepEpoch(1, stateAfter(1));
		await writer().keepEpoch(2, stateAfter(1, { average: true }));
		const [plain, averaged] = await Promise.all([1, 2].map((epoch) => loadArrays(epochFile(folder, epoch))));
		expect(Object.keys(plain)).toEqual([...DEFINITION.parameters, ...DEFINITION.statistics].map(({ name }) => name));
		const [{ name }] = DEFINITION.parameters;
		expect(plain[name][0]).toBe(1);
		expect(averaged[name][0]).toBe(401);
		const bytes = await readFile(epochFile(folder, 1));
		const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString('utf8');
		expect(header).toContain('"init_conv.conv1.bn.num_batches_tracked":{"dtype":"I64","shape":[]');
	});

	it.each<[string, (bytes: Buffer) => Buffer]>([
		['cut off', (bytes) => bytes.subarray(0, bytes.length / 2)],
		['empty', () => Buffer.alloc(0)],
		['changed in its number of steps', (bytes) => replaced(bytes, '"steps":"10"', '"steps":"11"')],
		['changed in a name', (bytes) => replaced(bytes, 'adam.m.final', 'adam.m.finam')],
		['changed in one bit', (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(bytes.at(-1)! ^ 1)])],
	])('fall back to the one before one that is %s, naming that', async (_, damage) => {
		const whole = { state: stateAfter(5), losses: [1, 2, 3, 4, 5] };
		await writer().keepCheckpoint(whole);
		await writer().keepCheckpoint({ state: stateAfter(10), losses: [] });
		const file = stepFile(folder, 10);
		await writeFile(file, damage(await readFile(file)));
		expect(await writer().newest()).toEqual(whole);
		expect(events).toEqual([
			{
				type: 'warning',
				message: expect.stringMatching(
					/^The checkpoint is damaged, so the training continues from step-0000005\.safetensors: step-0000010\.safetensors \([^/]+\)\.$/,
				),
			},
		]);
	});

	it('are unusable if all are damaged, and the warning says that training starts over', async () => {
		for (const steps of [5, 10]) {
			await writer().keepCheckpoint({ state: stateAfter(steps), losses: [] });
			await writeFile(stepFile(folder, steps), 'no checkpoint');
		}
		expect(await writer().newest()).toBeUndefined();
		expect(events).toMatchObject([
			{
				message: expect.stringMatching(
					/^The checkpoints are damaged, so the training starts over from step 0: .*-0000010.*; .*-0000005.*\.$/,
				),
			},
		]);
	});

	it('cannot be loaded into another network', async () => {
		await writer().keepCheckpoint({ state: stateAfter(5), losses: [] });
		await expect(loadCheckpoint(stepFile(folder, 5), digitUnet('time', 8))).rejects.toThrow(
			'field "network" is "digit_unet_time_4", expected "digit_unet_time_8"',
		);
	});

	it('survive a full disk: old ones stay, and failed ones are retried', async () => {
		const kept = writer();
		await kept.keepCheckpoint({ state: stateAfter(5), losses: [] });
		fullDisk();
		expect(await kept.keepEpoch(2, stateAfter(10))).toBe(false);
		fullDisk();
		expect(await kept.keepCheckpoint({ state: stateAfter(10), losses: [] })).toBe(false);
		expect(events).toEqual([
			{
				type: 'warning',
				message: expect.stringMatching(/^The disk is full: the weights of epoch 2 .* will try again\.$/),
			},
		]);
		expect((await kept.newest())?.state.steps).toBe(5);

		// The checkpoint has not been retried yet.
		expect(await kept.keepEpoch(3, stateAfter(15))).toBe(true);
		expect(events.slice(1)).toEqual([2, 3].map((epoch) => ({ type: 'checkpoint', epoch })));
		expect(await kept.keepCheckpoint({ state: stateAfter(15), losses: [] })).toBe(true);
		expect((await kept.newest())?.state.steps).toBe(15);
	});

	it.each(['ENOSPC', 'EDQUOT'])('give one warning for a full disk even if small files still fit (%s)', async (code) => {
		const kept = writer();
		const keepLarge = () => kept.keepCheckpoint({ state: stateAfter(5), losses: [] });
		const keepSmall = () => kept.keepStatus({ state: 'running', step: 5 }, []);
		for (let i = 0; i < 3; i++) {
			fullDisk(code);
			expect(await keepLarge()).toBe(false);
			expect(await keepSmall()).toBe(true);
		}
		expect(events).toMatchObject([{ message: expect.stringMatching(/^The disk is full: the latest checkpoint /) }]);
		expect(await keepLarge()).toBe(true);
		expect(events.slice(1)).toEqual([
			{
				type: 'warning',
				message: 'There is room on the disk again, and everything has been saved.',
				replaces: (events[0] as { message: string }).message,
			},
		]);
		fullDisk();
		expect(await keepLarge()).toBe(false);
		expect(events).toHaveLength(3); // full again
	});

	it('do not swallow other errors', async () => {
		vi.mocked(writeWhole).mockRejectedValueOnce(new TypeError('a mistake'));
		await expect(writer().keepEpoch(1, stateAfter(1))).rejects.toThrow('a mistake');
	});
});
