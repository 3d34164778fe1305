import { expect, it } from 'vitest';
import { UserError } from '../../../../gpu/errors.ts';
import { DIGIT_MODELS } from '../../../../gpu/jobs/index.ts';
import { digitJudge } from '../../../../gpu/models/digits/judge.ts';
import { openDigitNetwork } from '../../../../gpu/models/digits/network.ts';
import { assertRightOn } from '../../../../gpu/models/digits/providers.ts';
import { digitUnet } from '../../../../gpu/models/digits/unet.ts';
import { openTrainer } from '../../../../gpu/training/trainer.ts';

it.each(DIGIT_MODELS)('%s runs on WebGPU only with multiples of four', (model) => {
	for (const hidden of [4, 16, 64, 256]) expect(() => assertRightOn('webgpu', digitUnet(model, hidden))).not.toThrow();
	for (const hidden of [5, 6, 9, 33]) {
		const definition = digitUnet(model, hidden);
		expect(() => assertRightOn('webgpu', definition)).toThrow(UserError);
		for (const provider of ['cpu', 'cuda'] as const) expect(() => assertRightOn(provider, definition)).not.toThrow();
	}
});

it('lets the judge run everywhere', () => expect(() => assertRightOn('webgpu', digitJudge())).not.toThrow());

it('is checked before a network is trained or sampled from', async () => {
	const device = { provider: 'webgpu', threads: 1 } as const;
	const definition = digitUnet('time', 6);
	const message = 'On the device "webgpu" the hidden size of a digit network must be a multiple of 4';
	await expect(openTrainer(definition, { batchSize: 2, device, start: { seed: 1 } })).rejects.toThrow(message);
	await expect(openDigitNetwork(definition, {}, device)).rejects.toThrow(message);
});
