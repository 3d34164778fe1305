/** Inpainting pictures larger than the model's, which keep everything except the redrawn part. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type JobOf, workOf } from '../../../../gpu/jobs/index.ts';
import { cutSquare, pasteSquare } from '../../../../gpu/pipelines/inpaint/square.ts';
import { inpaint as pipeline } from '../../../../gpu/pipelines/inpaint.ts';
import { middlePart } from '../../../../gpu/tensor/cubic.ts';
import { decodeImage, encodePng } from '../../../../gpu/tensor/image.ts';
import { map } from '../../../../gpu/tensor/tensor.ts';
import { INPAINTING, pictureOf, SIDE, ToyDenoiser, toyContext, wholly } from '../toy.ts';

const inpaint = wholly(pipeline);

const [WIDTH, HEIGHT] = [60, 40];

/** x 40..54, y 10..18 of the picture. The square around it has a side of 30 pixels and starts at (30, 0). */
const REGION = [40 / 60, 10 / 40, 15 / 60, 8 / 40] as [number, number, number, number];
const SQUARE = { left: 30, top: 0, side: 30 };
const inRegion = (i: number) => {
	const [x, y] = [i % WIDTH, Math.floor(i / WIDTH) % HEIGHT];
	return x >= 40 && x < 55 && y >= 10 && y < 18;
};

const job: JobOf<'inpaint'> = {
	...INPAINTING,
	whole: true,
	area: { by: 'region', region: REGION },
};

const UPSCALER = { model: 'toy-two', guidanceScale: 1, noiseLevel: 250 };

/** A picture without two equal neighbours. */
const levels = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, i) => (i * 89) % 251);
const photo = await sharp(levels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
	.png()
	.toBuffer();

function contextOf(bytes: Buffer) {
	return toyContext({
		loadBytes: async () => bytes,
		loadImage: (_, { width = SIDE, height = width, fit } = {}) => decodeImage(bytes, width, height, fit),
	});
}

const bytesOf = async (pixels: Parameters<typeof encodePng>[0]) => {
	const png = await encodePng(pixels);
	return sharp(png).raw().toBuffer({ resolveWithObject: true });
};

/** The largest difference between two pictures in the redrawn region. */
const differenceInRegion = (a: Float32Array, b: Float32Array) =>
	a.reduce((most, value, i) => (inRegion(i) ? Math.max(most, Math.abs(value - b[i])) : most), 0);

describe('a whole picture', () => {
	it.each([
		['course', 0],
		['course', 3],
		['repaint', 2.5],
		['clean', 0],
		['clean', 16],
	] as const)('keeps its size, and every pixel outside the redrawn part (%s, feather %d)', async (rule, feather) => {
		const { images } = await inpaint({ ...job, rule, feather }, contextOf(photo));
		const [result, original, mask] = await Promise.all(images.map(({ pixels }) => bytesOf(pixels)));
		expect(result.info).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 });
		expect([...original.data]).toEqual([...levels]);
		let changed = 0;
		for (let i = 0; i < WIDTH * HEIGHT; i++) {
			const rgb = (bytes: Uint8Array) => [...bytes.subarray(3 * i, 3 * i + 3)].join();
			expect(rgb(mask.data)).toBe(inRegion(i) ? '255,255,255' : '0,0,0');
			if (!inRegion(i)) expect(rgb(result.data)).toBe(rgb(levels));
			else if (rgb(result.data) !== rgb(levels)) changed++;
		}
		expect(changed).toBeGreaterThan(0.9 * 15 * 8);
	});

	it('gets the enlarged picture that the model drew of the square', async () => {
		const { images, notes } = await inpaint({ ...job, steps: 10 }, contextOf(photo));
		const [result, original] = images;
		const drawn = pasteSquare(original.pixels, middlePart(pictureOf('stripes'), SQUARE.side), SQUARE);
		expect(differenceInRegion(result.pixels.data, drawn.data)).toBeLessThan(0.3); // the course's rule leaves the noise of t = 0
		expect(notes).toEqual(['The model draws 8 × 8 pixels, so the redrawn part is enlarged 3.8 times.']);
	});

	it('says nothing of an enlargement too small to be seen in its figure', async () => {
		// The square is all of the picture's height: 33 pixels to 32.
		const high = await sharp(photo).resize(60, 33, { fit: 'fill' }).png().toBuffer();
		const area = { by: 'region', region: [0.2, 0.2, 1 / 3, 0.6] } as const;
		const upscaled = { ...job, area, upscaler: UPSCALER } as JobOf<'inpaint'>;
		const { notes } = await wholly(pipeline, new ToyDenoiser(4 * SIDE))(upscaled, contextOf(high));
		expect(notes).toEqual([]);
	});

	it('gets stage II’s enlargement, with both stages reported as one walk', async () => {
		const context = contextOf(photo);
		const stageTwo = new ToyDenoiser(4 * SIDE);
		const upscaled = { ...job, upscaler: UPSCALER, count: 2 };
		const { images, notes } = await wholly(pipeline, stageTwo)(upscaled, context);
		const [result, , original] = images;
		const drawn = pasteSquare(original.pixels, middlePart(pictureOf('stripes', 4 * SIDE), SQUARE.side), SQUARE);
		expect(differenceInRegion(result.pixels.data, drawn.data)).toBeLessThan(0.2); // known pixels influence the border
		const kept = [...result.pixels.data.keys()].filter((i) => !inRegion(i));
		expect(kept.map((i) => result.pixels.data[i])).toEqual(kept.map((i) => original.pixels.data[i]));
		expect(notes).toEqual([]); // 30 pixels of 32
		// 6 and 34 steps, reported as one walk.
		expect(context.steps.map(({ done }) => done)).toEqual(Array.from({ length: 2 * 40 }, (_, i) => i + 1));
		expect(new Set(context.steps.map(({ total }) => total))).toEqual(new Set([2 * 40]));
	});

	it.each([1, 3])('calls each stage as often as its work says (guidance %d)', async (guidanceScale) => {
		const context = contextOf(photo);
		const stageTwo = new ToyDenoiser(4 * SIDE);
		const upscaled = { ...job, upscaler: { ...UPSCALER, guidanceScale }, count: 2 };
		await wholly(pipeline, stageTwo)(upscaled, context);
		expect(workOf(upscaled)).toEqual([
			{ kind: 'inpaint', model: 'toy', evaluations: context.denoiser.calls.length },
			{ kind: 'upscale', model: 'toy-two', evaluations: stageTwo.calls.length },
		]);
	});

	it('is enlarged as a whole, at the model’s size, around the finer original', async () => {
		const context = contextOf(photo);
		const stageTwo = new ToyDenoiser(4 * SIDE);
		const { whole, ...small } = job;
		const { images } = await wholly(pipeline, stageTwo)({ ...small, upscaler: UPSCALER }, context);
		expect(images.map(({ role, pixels }) => [role, pixels.shape[2]])).toEqual([
			[undefined, 4 * SIDE],
			['original', 4 * SIDE],
			['mask', 4 * SIDE],
			['hole to fill', 4 * SIDE],
		]);
		const [result, original, mask] = images.map(({ pixels }) => pixels.data);
		expect([...original]).toEqual([...(await decodeImage(photo, 4 * SIDE)).data]);
		const kept = [...result.keys()].filter((i) => mask[i] === -1);
		expect(kept.length).toBeGreaterThan(100);
		expect(kept.map((i) => result[i])).toEqual(kept.map((i) => original[i]));
		const stripes = pictureOf('stripes', 4 * SIDE).data;
		const redrawn = [...result.keys()].filter((i) => mask[i] === 1);
		expect(redrawn.length).toBeGreaterThan(100);
		for (const i of redrawn) expect(Math.abs(result[i] - stripes[i])).toBeLessThan(0.3);
	});

	it('needs no stage II if the model sees the square at full size', async () => {
		const small = await encodePng(pictureOf('sky'));
		const region = [0, 0.25, 0.5, 0.5] as [number, number, number, number];
		const made = await pipeline({ ...job, upscaler: UPSCALER, area: { by: 'region', region } }, contextOf(small));
		expect(made).toHaveProperty('images');
	});

	it('shows the model what surrounds the redrawn part', async () => {
		const context = contextOf(photo);
		await inpaint({ ...job, rule: 'clean' }, context);
		const [{ x: seen }] = context.denoiser.calls;
		const expected = middlePart(cutSquare(await decodeImage(photo, WIDTH, HEIGHT), SQUARE), SIDE);
		// The region is x 10..24 and y 10..17 of the square; each of the model's pixels is 3.75 of these.
		const [column, row] = [(i: number) => i % SIDE, (i: number) => Math.floor(i / SIDE) % SIDE];
		const isNew = (i: number) => column(i) >= 2 && column(i) <= 7 && row(i) >= 2 && row(i) <= 5;
		const wrong = [...seen.data.keys()].filter((i) => (seen.data[i] === expected.data[i]) === isNew(i));
		expect(wrong).toEqual([]);
	});

	it('fades over the model’s pixels', async () => {
		const [hard, soft] = await Promise.all(
			[0, 1].map(async (feather) => (await inpaint({ ...job, feather }, contextOf(photo))).images),
		);
		const [made, original] = hard.map(({ pixels }) => pixels);
		const width = SQUARE.side / SIDE;
		const faded = map(made, (value, i) => {
			const [x, y] = [i % WIDTH, Math.floor(i / WIDTH) % HEIGHT];
			const inwards = Math.min(x - 39, 55 - x, y - 9, 18 - y);
			const share = Math.min(1, inwards / (width + 1));
			return inRegion(i) ? share * value + (1 - share) * original.data[i] : value;
		});
		expect(differenceInRegion(soft[0].pixels.data, faded.data)).toBeLessThan(1e-5);
	});

	it('equals the course’s result at the model’s own size', async () => {
		const small = await encodePng(pictureOf('sky'));
		const region = [0, 0.25, 0.5, 0.5] as [number, number, number, number];
		const [whole, course] = await Promise.all(
			[{ whole: true as const }, { whole: undefined }].map((way) =>
				inpaint({ ...job, area: { by: 'region', region }, feather: 2, ...way }, contextOf(small)),
			),
		);
		expect(whole).toEqual({ ...course, images: course.images.filter(({ role }) => role !== 'hole to fill') });
		expect(whole.notes).toEqual([]);
	});

	it('becomes opaque if it was partly transparent', async () => {
		const clear = Uint8Array.from({ length: 4 * WIDTH * HEIGHT }, (_, i) => {
			const pixel = Math.floor(i / 4);
			return i % 4 < 3 ? levels[3 * pixel + (i % 4)] : inRegion(pixel) ? 0 : 255;
		});
		const png = await sharp(clear, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } })
			.png()
			.toBuffer();
		const { images } = await inpaint({ ...job, area: { by: 'transparency' }, steps: 10 }, contextOf(png));
		const { data, info } = await bytesOf(images[0].pixels);
		expect(info.channels).toBe(3);
		const kept = [...data.keys()].filter((i) => !inRegion(Math.floor(i / 3)));
		expect(kept.map((i) => data[i])).toEqual(kept.map((i) => levels[i]));
		const drawn = pasteSquare(images[1].pixels, middlePart(pictureOf('stripes'), SQUARE.side), SQUARE);
		expect(differenceInRegion(images[0].pixels.data, drawn.data)).toBeLessThan(0.3);
	});

	it('may have a mask from side to side, with the square reaching beyond the picture', async () => {
		const area = { by: 'region', region: [0, 0.25, 1, 0.25] } as JobOf<'inpaint'>['area'];
		const { images } = await inpaint({ ...job, area, feather: 1 }, contextOf(photo));
		const { data } = await bytesOf(images[0].pixels);
		const isKept = (i: number) => Math.floor(i / (3 * WIDTH)) < 10 || Math.floor(i / (3 * WIDTH)) >= 20;
		const kept = [...data.keys()].filter(isKept);
		expect(kept.map((i) => data[i])).toEqual(kept.map((i) => levels[i]));
		expect([...data.keys()].filter((i) => !isKept(i) && data[i] !== levels[i]).length).toBeGreaterThan(1500);
	});
});
