import { beforeEach, expect, test, vi } from 'vitest';
import type { MemoryPlan } from '../../../../gpu/device.ts';
import { readUNetConfig } from '../../../../gpu/models/deepfloyd/config.ts';
import { openUNet } from '../../../../gpu/models/deepfloyd/denoiser.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';
import { openThreadedSession } from '../../../../gpu/onnx/threaded-session.ts';

vi.mock(import('../../../../gpu/onnx/session.ts'), async (original) => ({
	...(await original()),
	openSession: vi.fn(),
}));

vi.mock(import('../../../../gpu/onnx/threaded-session.ts'), () => ({ openThreadedSession: vi.fn() }));

// It would open a session too.
vi.mock(import('../../../../gpu/onnx/lower/cpu/find-block.ts'), () => ({
	findConvolutionBlock: async () => undefined,
}));

const FOLDER = 'test/fixtures/unet/stage1';
const open = async (device: { readonly memory?: MemoryPlan; readonly threads: number }) =>
	openUNet(FOLDER, await readUNetConfig(`${FOLDER}/config.json`), { provider: 'cpu', ...device });

beforeEach(() => {
	vi.mocked(openSession).mockReset();
	vi.mocked(openThreadedSession).mockReset();
});

test('closes the first session if the second cannot be opened', async () => {
	const session = { run: vi.fn(), close: vi.fn(async () => {}) };
	vi.mocked(openSession).mockResolvedValueOnce(session).mockRejectedValueOnce(new Error('out of memory'));
	await expect(open({ threads: 1 })).rejects.toThrow('out of memory');
	expect(session.close).toHaveBeenCalledOnce();
});

test('opens staged sessions at their first run, after the text encoder is gone', async () => {
	const session = { run: vi.fn(async () => ({})), close: vi.fn(async () => {}) };
	const { prompt, step } = await open({ memory: 'staged', threads: 1 });
	expect(openSession).not.toHaveBeenCalled();
	vi.mocked(openSession).mockRejectedValueOnce(new Error('out of memory')).mockResolvedValue(session);
	await expect(step.run({})).rejects.toThrow('out of memory');
	await Promise.all([step.run({}), step.run({})]);
	expect(openSession).toHaveBeenCalledTimes(2);
	expect(session.run).toHaveBeenCalledTimes(2);
	await Promise.all([step.close(), prompt.close()]);
	expect(session.close).toHaveBeenCalledOnce();
});

test.each([
	[{ threads: 1 }, 0],
	[{ threads: 2 }, 1],
	[{ threads: 3 }, 0],
	[{ threads: 4 }, 2],
	[{ threads: 2, memory: 'mmap' }, 0],
	[{ threads: 2, memory: 'staged' }, 0],
] as const)('with %j a half of each batch is left to %i threads elsewhere', async (device, threads) => {
	const session = { run: vi.fn(), close: vi.fn(async () => {}) };
	for (const opening of [openThreadedSession, openSession]) vi.mocked(opening).mockResolvedValue(session);
	await open(device);
	expect(vi.mocked(openThreadedSession).mock.calls.map(([, options]) => options.threads)).toEqual(
		threads ? [threads] : [],
	);
});

test('closes what another thread has loaded if a session cannot be opened', async () => {
	const session = { run: vi.fn(), close: vi.fn(async () => {}) };
	vi.mocked(openThreadedSession).mockResolvedValue(session);
	vi.mocked(openSession).mockRejectedValue(new Error('out of memory'));
	await expect(open({ threads: 2 })).rejects.toThrow('out of memory');
	expect(session.close).toHaveBeenCalledOnce();
});
