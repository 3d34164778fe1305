/** The mask brush: paints over the part of a picture that should be redrawn. */
import { Brush, canvasFile } from './brush.ts';
import { openDialog } from './dialog.ts';
import { h, icon } from './dom.ts';
import { radioRow, sizeSlider, toolButton, undoButtons } from './drawing-tools.ts';

/** Pixels a side that are fine enough for a mask; the mask of a larger picture is enlarged. */
const MAX_SIDE = 1024;

/** Small pictures are painted on at this many pixels a side, so that strokes stay round. */
const MIN_SIDE = 256;

/** Shown over the picture; the mask itself is white on black. */
const VEIL = 'rgb(229 72 77)';

/**
 * @param picture what to paint over
 * @returns the mask as a PNG file with the picture's proportions, white where it was painted and black elsewhere; undefined
 *   if the dialog was closed
 */
export async function paintMask(picture: File): Promise<File | undefined> {
	const bitmap = await createImageBitmap(picture);
	const longest = Math.max(bitmap.width, bitmap.height);
	const scale = Math.min(Math.max(longest, MIN_SIDE), MAX_SIDE) / longest;
	const width = Math.round(bitmap.width * scale);
	const height = Math.round(bitmap.height * scale);

	let tool: 'paint' | 'erase' = 'paint';
	let size = Math.round(Math.max(width, height) / 10);
	const ink = () => ({ colour: tool === 'paint' ? VEIL : undefined, size });
	const brush = new Brush(width, height, `Mask over ${picture.name}`, ink);
	brush.element.classList.add('over-picture');
	brush.element.prepend(backdrop(bitmap, width, height));

	const bar = h(
		'div',
		{ class: 'tools' },
		radioRow(
			'Tool',
			[
				{ value: 'paint', label: 'Paint what should be redrawn', face: icon('brush') },
				{ value: 'erase', label: 'Erase paint', face: icon('eraser') },
			],
			(value) => {
				tool = value;
			},
		),
		sizeSlider(size, Math.round(Math.max(width, height) / 3), (value) => {
			size = value;
		}),
		...undoButtons(brush),
		toolButton('trash', 'Clear', () => brush.clear()),
	);
	const hint = h('p', { class: 'hint' }, 'Paint over what should be redrawn; the rest of the picture stays.');
	const used = await openDialog({ title: 'Mask', body: [bar, hint, brush.element], done: 'Use this mask' });
	bitmap.close();
	return used ? canvasFile(blackAndWhite(brush.canvas), 'mask.png') : undefined;
}

function backdrop(bitmap: ImageBitmap, width: number, height: number): HTMLCanvasElement {
	const canvas = h('canvas', { width, height, 'aria-hidden': 'true' });
	const context = canvas.getContext('2d') as CanvasRenderingContext2D;
	context.imageSmoothingEnabled = false;
	context.drawImage(bitmap, 0, 0, width, height);
	return canvas;
}

/** White where `painted` is more opaque than not, black elsewhere. */
function blackAndWhite(painted: HTMLCanvasElement): HTMLCanvasElement {
	const { width, height } = painted;
	const canvas = h('canvas', { width, height });
	const context = canvas.getContext('2d') as CanvasRenderingContext2D;
	context.drawImage(painted, 0, 0);
	const pixels = context.getImageData(0, 0, width, height);
	for (let i = 0; i < pixels.data.length; i += 4) {
		const value = pixels.data[i + 3] > 127 ? 255 : 0;
		pixels.data.set([value, value, value, 255], i);
	}
	context.putImageData(pixels, 0, 0);
	return canvas;
}
