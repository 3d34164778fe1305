import { expect, test, vi } from 'vitest';

const create = vi.hoisted(() => vi.fn());
vi.mock('onnxruntime-node', () => ({ InferenceSession: { create } }));

import { openSession } from '../../../gpu/onnx/session.ts';

test.each([
	[
		{ provider: 'cuda', id: 1 },
		{ name: 'cuda', deviceId: 1 },
	],
	[{ provider: 'cuda' }, 'cuda'],
	[{ provider: 'cpu' }, 'cpu'],
] as const)('%o is passed on to ONNX Runtime', async (device, provider) => {
	create.mockResolvedValue({});
	await openSession(new Uint8Array(), { ...device, prefer: 'speed' });
	expect(create.mock.lastCall?.[1]).toMatchObject({ executionProviders: [provider] });
});

test('a GPU that is not there is named, with what to do', async () => {
	create.mockRejectedValue(new Error('CUDA failure 101: invalid device ordinal ; GPU=7'));
	await expect(openSession(new Uint8Array(), { provider: 'cuda', id: 7, prefer: 'speed' })).rejects.toThrow(
		/^The device "cuda:7" does not work here: give the number of a GPU that nvidia-smi lists, or use "cpu"/,
	);
});
