/**
 * The mark that DeepFloyd IF puts into the lower right corner of its pictures.
 * Source: diffusers' IFWatermarker, with the same layout of files.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { shapeText } from '../quoted.ts';
import { paste, resizeTranslucent } from '../tensor/paste.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { readTensorFile } from './pytorch/tensor-file.ts';
import { loadSafetensors } from './safetensors-values.ts';

/** Side of the mark, and its distance from the corner, in pixels of a picture of 1024 x 1024. */
const SIDE = 62;
const DISTANCE = 14;
const REFERENCE_AREA = 1024 ** 2;

const folderOf = (directory: string) => join(directory, 'watermarker');

/** The names of its file, in the order in which they are tried. */
const FILES = [
	'diffusion_pytorch_model.safetensors',
	'diffusion_pytorch_model.fp16.safetensors',
	'diffusion_pytorch_model.bin',
] as const;

/** Whether a model directory has a mark. */
export const hasWatermark = (directory: string): boolean => watermarkFile(directory) !== undefined;

/** The mark of a model directory, [4, 62, 62] in levels of 0..255; undefined if it has none. Throws a ModelError if it is damaged. */
export async function readWatermark(directory: string): Promise<Tensor | undefined> {
	const file = watermarkFile(directory);
	if (file === undefined) return undefined;
	const { data, shape } = await valuesIn(file);
	if (shape.join() !== `${SIDE},${SIDE},4`) {
		throw new ModelError(
			`${file}: "watermark_image" has shape ${shapeText(shape)}, expected [${SIDE}, ${SIDE}, 4]; download it again, or set WATERMARK=off`,
		);
	}
	const area = SIDE * SIDE;
	const levels = new Float32Array(4 * area);
	for (let i = 0; i < levels.length; i++) levels[(i % 4) * area + Math.floor(i / 4)] = Math.trunc(data[i]);
	return tensor(levels, [4, SIDE, SIDE]);
}

/** Marks a picture [3, H, W] in [-1, 1]; one that is too small for a mark stays as it is. */
export function withWatermark(picture: Tensor, mark: Tensor): Tensor {
	const [, height, width] = picture.shape;
	const scale = Math.sqrt((width * height) / REFERENCE_AREA);
	const side = Math.trunc(scale * SIDE);
	if (side === 0) return picture;
	const distance = Math.trunc(scale * DISTANCE) + side;
	return paste(picture, resizeTranslucent(mark, side), { top: height - distance, left: width - distance });
}

/** The file of its mark; undefined if it has none. */
export function watermarkFile(directory: string): string | undefined {
	return FILES.map((name) => join(folderOf(directory), name)).find((file) => existsSync(file));
}

async function valuesIn(file: string): Promise<Pick<Tensor, 'data' | 'shape'>> {
	if (file.endsWith('.safetensors')) {
		const found = (await loadSafetensors(file)).tensors.get('watermark_image');
		if (found) return found;
	} else {
		const found = readTensorFile(await readFile(file), file).get('watermark_image');
		if (found?.dtype === 'float32') {
			return { data: new Float32Array(Uint8Array.from(found.bytes).buffer), shape: found.shape };
		}
	}
	throw new ModelError(`${file}: holds no "watermark_image"; download it again, or set WATERMARK=off`);
}
