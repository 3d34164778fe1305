import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../gpu/errors.ts';
import { measureImage } from '../../../gpu/tensor/image.ts';
import { blend, decodeMask, decodeOpacity } from '../../../gpu/tensor/mask.ts';
import { map, type Tensor, tensor } from '../../../gpu/tensor/tensor.ts';

const SIDE = 4;

type Colour = readonly [number, number, number, number];

/** 24 × 8 pixels in three square parts from left to right. */
const threeParts = (...colours: readonly Colour[]) =>
	sharp(
		Uint8Array.from({ length: 24 * 8 * 4 }, (_, i) => colours[Math.floor((Math.floor(i / 4) % 24) / 8)][i % 4]),
		{ raw: { width: 24, height: 8, channels: 4 } },
	);

const WHITE = [255, 255, 255, 255] as const;
const BLACK = [0, 0, 0, 255] as const;
const NOTHING = [255, 255, 255, 0] as const;

const only = (value: number) => tensor(new Float32Array(SIDE ** 2).fill(value), [1, SIDE, SIDE]);

/** At a border the neighbouring part blends in a little, because pictures are resized before cropping. */
const rounded = async (mask: Promise<Tensor>) => map(await mask, Math.round);

describe('decodeMask', () => {
	it('reads the middle square: white is 1, black 0', async () => {
		const read = async (...parts: readonly Colour[]) => {
			const png = threeParts(...parts).png();
			return rounded(decodeMask(await png.toBuffer(), SIDE));
		};
		expect(await read(BLACK, WHITE, BLACK)).toEqual(only(1));
		expect(await read(WHITE, BLACK, WHITE)).toEqual(only(0));
	});

	it('treats transparency as unpainted', async () => {
		const png = await threeParts(WHITE, NOTHING, WHITE).png().toBuffer();
		expect(await rounded(decodeMask(png, SIDE))).toEqual(only(0));
	});

	it('uses the brightness of colours, also in 16-bit and grey pictures', async () => {
		const yellow = sharp({ create: { width: 8, height: 8, channels: 3, background: '#ffff00' } });
		for (const space of ['srgb', 'rgb16', 'b-w', 'grey16']) {
			const [value] = (await decodeMask(await yellow.clone().toColourspace(space).png().toBuffer(), SIDE)).data;
			expect(value).toBeGreaterThan(0.8);
			expect(value).toBeLessThan(1);
		}
	});

	it('rejects other bytes in one sentence', async () => {
		await expect(decodeMask(Buffer.from('no picture'), SIDE)).rejects.toThrow(UserError);
	});
});

describe('decodeOpacity', () => {
	it('is 1 where a picture is opaque, 0 where it is transparent', async () => {
		const opacity = async (picture: Sharp) => rounded(decodeOpacity(await picture.png().toBuffer(), SIDE));
		expect(await opacity(threeParts(BLACK, NOTHING, BLACK))).toEqual(only(0));
		expect(await opacity(threeParts(NOTHING, BLACK, NOTHING))).toEqual(only(1));
		expect(await opacity(threeParts(BLACK, BLACK, BLACK).removeAlpha())).toEqual(only(1));
	});
});

describe('measureImage', () => {
	it('measures a picture in its EXIF orientation', async () => {
		const turned = await threeParts(BLACK, BLACK, BLACK).withMetadata({ orientation: 6 }).png().toBuffer();
		expect(await measureImage(turned)).toMatchObject({ width: 8, height: 24 });
		for (const bytes of [new Uint8Array(0), Buffer.from('no picture')]) {
			await expect(measureImage(bytes)).rejects.toThrow(UserError);
		}
	});
});

describe('blend', () => {
	const picture = (...values: number[]): Tensor => tensor(Float32Array.from(values), [2, 1, 3]);
	const inside = picture(1, 2, 3, 4, 5, 6);
	const outside = picture(10, 20, 30, 40, 50, 60);

	it('mixes every channel by the mask’s one', () => {
		const mask = tensor(Float32Array.of(0, 0.5, 1), [1, 1, 3]);
		expect(blend(mask, inside, outside)).toEqual(picture(10, 11, 3, 40, 27.5, 6));
	});

	it('lets nothing through where the mask is 0, not even NaN', () => {
		const mask = tensor(new Float32Array(3), [1, 1, 3]);
		expect(blend(mask, picture(...Array(6).fill(Number.NaN)), outside)).toEqual(outside);
	});
});
