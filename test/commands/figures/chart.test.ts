import sharp from 'sharp';
import { expect, test } from 'vitest';
import { lossChart } from '../../../commands/figures/chart.ts';

const about = { filename: 'loss.png', alt: 'a chart', title: 'Loss', steps: 500 };
const falling = (count: number, from = 1) =>
	Array.from({ length: count }, (_, i) => ({ step: i + 1, loss: from / (i + 1) }));

/** The share of pixels with about this colour. */
async function share(bytes: Uint8Array, [r, g, b]: readonly number[]): Promise<number> {
	const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	let count = 0;
	for (let i = 0; i < data.length; i += 3) {
		if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 60) count++;
	}
	return count / (info.width * info.height);
}

const BLUE = [0x24, 0x57, 0xc5];
const ORANGE = [0xc9, 0x57, 0x0c];

test('the first curve is blue and the second orange, with reproducible bytes', async () => {
	const one = await lossChart([{ label: 'a', losses: falling(300) }], about);
	expect(one).toMatchObject({ type: 'image/png', width: 1200, height: 720, filename: 'loss.png', alt: 'a chart' });
	expect(await share(one.bytes, BLUE)).toBeGreaterThan(0.002);
	expect(await share(one.bytes, ORANGE)).toBe(0);
	const curves = [
		{ label: 'a', losses: falling(300) },
		{ label: 'b', losses: falling(500, 30) },
	];
	const two = await lossChart(curves, about);
	expect(await share(two.bytes, ORANGE)).toBeGreaterThan(0.002);
	expect(await lossChart(curves, about)).toEqual(two);
});

test.each([
	['a single step', falling(1)],
	['losses that do not change', [1, 2, 3].map((step) => ({ step, loss: 0.5 }))],
	['losses within a hair', [1, 2, 3].map((step) => ({ step, loss: 0.3 + step / 1000 }))],
	['many steps over many powers of ten', falling(40_000, 1000)],
])('%s are visible', async (_, losses) => {
	const { bytes } = await lossChart([{ label: 'a', losses }], { ...about, steps: losses.length });
	expect(await share(bytes, BLUE)).toBeGreaterThan(0.0001);
});
