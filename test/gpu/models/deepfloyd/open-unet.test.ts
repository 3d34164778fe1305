import { beforeEach, expect, test, vi } from 'vitest';
import type { MemoryPlan } from '../../../../gpu/device.ts';
import { readUNetConfig } from '../../../../gpu/models/deepfloyd/config.ts';
import { openUNet } from '../../../../gpu/models/deepfloyd/denoiser.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';

vi.mock(import('../../../../gpu/onnx/session.ts'), async (original) => ({
	...(await original()),
	openSession: vi.fn(),
}));

// It would open a session too.
vi.mock(import('../../../../gpu/onnx/lower/cpu/find-block.ts'), () => ({
	findConvolutionBlock: async () => undefined,
}));

const FOLDER = 'test/fixtures/unet/stage1';
const open = async (memory?: MemoryPlan) =>
	openUNet(FOLDER, await readUNetConfig(`${FOLDER}/config.json`), { provider: 'cpu', memory });

beforeEach(() => vi.mocked(openSession).mockReset());

test('closes the first session if the second cannot be opened', async () => {
	const session = { run: vi.fn(), close: vi.fn(async () => {}) };
	vi.mocked(openSession).mockResolvedValueOnce(session).mockRejectedValueOnce(new Error('out of memory'));
	await expect(open()).rejects.toThrow('out of memory');
	expect(session.close).toHaveBeenCalledOnce();
});

test('opens staged sessions at their first run, after the text encoder is gone', async () => {
	const session = { run: vi.fn(async () => ({})), close: vi.fn(async () => {}) };
	const { prompt, step } = await open('staged');
	expect(openSession).not.toHaveBeenCalled();
	vi.mocked(openSession).mockRejectedValueOnce(new Error('out of memory')).mockResolvedValue(session);
	await expect(step.run({})).rejects.toThrow('out of memory');
	await Promise.all([step.run({}), step.run({})]);
	expect(openSession).toHaveBeenCalledTimes(2);
	expect(session.run).toHaveBeenCalledTimes(2);
	await Promise.all([step.close(), prompt.close()]);
	expect(session.close).toHaveBeenCalledOnce();
});
