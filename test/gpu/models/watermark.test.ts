/** Against pictures that diffusers marked; test/fixtures/deepfloyd/make_watermark.py made them. */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../../../gpu/models/safetensors-values.ts';
import { hasWatermark, readWatermark, withWatermark } from '../../../gpu/models/watermark.ts';
import { fromPixels, toPixels } from '../../../gpu/tensor/levels.ts';
import { tensor } from '../../../gpu/tensor/tensor.ts';

const MARKED = fileURLToPath(new URL('../../fixtures/deepfloyd/watermark', import.meta.url));

interface Corner {
	readonly width: number;
	readonly height: number;
	/** Of the picture before it was marked. */
	readonly colour: readonly number[];
	/** Of the square in the lower right corner, in pixels. */
	readonly side: number;
	readonly corner: readonly (readonly (readonly number[])[])[];
}

const corners: readonly Corner[] = JSON.parse(readFileSync(join(MARKED, 'corners.json'), 'utf8'));

function plain({ width, height, colour }: Corner) {
	const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => colour[i % 3]);
	return fromPixels(pixels, 3, height, width);
}

describe.each([
	['safetensors', MARKED],
	['a pickle', join(MARKED, 'pickled')],
])('a mark from %s', (_, directory) => {
	test.each(corners)('is put on $width x $height pixels as diffusers does', async (golden) => {
		const mark = await readWatermark(directory);
		const { width, height, colour, side, corner } = golden;
		const expected = Uint8ClampedArray.from({ length: 3 * width * height }, (_, i) => {
			const [row, column] = [Math.floor(i / 3 / width) - height + side, (Math.floor(i / 3) % width) - width + side];
			return row < 0 || column < 0 ? colour[i % 3] : corner[row][column][i % 3];
		});
		expect(toPixels(withWatermark(plain(golden), mark!))).toEqual(expected);
	});
});

test('a picture too small for a mark stays as it is', async () => {
	const picture = tensor(new Float32Array(3 * 16 * 16), [3, 16, 16]);
	expect(withWatermark(picture, (await readWatermark(MARKED))!)).toBe(picture);
});

describe('a directory', () => {
	let directory: string;
	beforeEach(async () => {
		directory = await mkdtemp(join(tmpdir(), 'flipside-mark-'));
	});
	afterEach(() => rm(directory, { recursive: true }));

	async function put(bytes: Uint8Array, name = 'diffusion_pytorch_model.safetensors') {
		await mkdir(join(directory, 'watermarker'), { recursive: true });
		await writeFile(join(directory, 'watermarker', name), bytes);
	}

	test('without the folder has no mark', async () => {
		expect(hasWatermark(directory)).toBe(false);
		expect(await readWatermark(directory)).toBeUndefined();
	});

	test.each([
		[
			'another shape',
			'watermark_image',
			[4, 62, 62],
			/"watermark_image" has shape \[4, 62, 62\], expected \[62, 62, 4\]/,
		],
		['another tensor', 'logo', [62, 62, 4], /holds no "watermark_image"; download it again, or set WATERMARK=off$/],
	])('with %s is damaged', async (_, name, shape, sentence) => {
		await put(encodeSafetensors(new Map([[name, tensor(new Float32Array(4 * 62 * 62), shape)]])));
		await expect(readWatermark(directory)).rejects.toThrow(sentence);
	});

	test('with a pickle of something else is damaged', async () => {
		await put(Buffer.from('not a pickle'), 'diffusion_pytorch_model.bin');
		await expect(readWatermark(directory)).rejects.toThrow(/diffusion_pytorch_model\.bin/);
	});
});
