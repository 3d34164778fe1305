import sharp from 'sharp';
import { expect, it, vi } from 'vitest';
import { TorchGenerator } from '../../../gpu/diffusion/noise.ts';
import type { FromWorker } from '../../../gpu/queue/protocol.ts';
import { reportSteps } from '../../../gpu/worker/progress.ts';

/** The preview at the first step of a job whose pictures have this side. */
async function previewOf(side: number): Promise<Uint8Array> {
	const events: FromWorker[] = [];
	const onStep = reportSteps('a', (event) => events.push(event));
	const x0 = new TorchGenerator(0).randn([3, side, side]); // noise, which makes the largest possible PNG
	const look = () => {
		onStep({ done: 1, total: 9, x0 });
		const [preview] = events.flatMap((event) => (event.type === 'progress' && event.preview) || []);
		expect(preview).toBeDefined();
		return preview;
	};
	return vi.waitFor(look, { timeout: 10_000 });
}

it('shows stage I pictures at full size', async () => {
	expect(await sharp(await previewOf(64)).metadata()).toMatchObject({ format: 'png', width: 64, height: 64 });
});

it('shrinks larger pictures', async () => {
	const preview = await previewOf(256);
	expect(await sharp(preview).metadata()).toMatchObject({ format: 'png', width: 128, height: 128 });
	expect(preview.length).toBeLessThan(64 * 1024);
});
