import { beforeEach, expect, test, vi } from 'vitest';
import { readUNetConfig } from '../../../../gpu/models/deepfloyd/config.ts';
import { openUNet } from '../../../../gpu/models/deepfloyd/denoiser.ts';
import { openSession } from '../../../../gpu/onnx/session.ts';

vi.mock(import('../../../../gpu/onnx/session.ts'), async (original) => ({
	...(await original()),
	openSession: vi.fn(),
}));

const FOLDER = 'test/fixtures/unet/stage1';
const open = async () => openUNet(FOLDER, await readUNetConfig(`${FOLDER}/config.json`), { provider: 'cpu' });

beforeEach(() => vi.mocked(openSession).mockReset());

test('gives the first session back when the second cannot be opened', async () => {
	const session = { run: vi.fn(), close: vi.fn(async () => {}) };
	vi.mocked(openSession).mockResolvedValueOnce(session).mockRejectedValueOnce(new Error('out of memory'));
	await expect(open()).rejects.toThrow('out of memory');
	expect(session.close).toHaveBeenCalledOnce();
});
