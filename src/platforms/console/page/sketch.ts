/** The sketch pad: a sheet to draw on. */
import { Brush, canvasFile } from './brush.ts';
import { openDialog } from './dialog.ts';
import { h, icon } from './dom.ts';
import { radioRow, sizeSlider, toolButton, undoButtons } from './drawing-tools.ts';
import { keep, kept } from './kept.ts';

/** Pixels a side: several for each of the model's, so that lines stay smooth when the sketch is reduced. */
const SIDE = 512;

const PAPER = '#ffffff';

const COLOURS = [
	['Black', '#1b1b1f'],
	['Red', '#e5484d'],
	['Orange', '#f5802b'],
	['Yellow', '#f8d33a'],
	['Green', '#30a46c'],
	['Blue', '#3e7bfa'],
	['Violet', '#8e4ec6'],
	['Brown', '#8d5a3c'],
	['Grey', '#8b8d98'],
] as const;

/** What is on the pad: the strokes, as a PNG in a data: URL, and the colour of the sheet below them. */
interface Drawn {
	readonly strokes: string;
	readonly ground: string;
}

/** The name under which the pad is stored, so that neither a reload nor closing it by mistake loses anything. */
const KEPT = 'sketch';

/** @returns the drawing as a PNG file; undefined if the pad was closed */
export async function drawSketch(): Promise<File | undefined> {
	let tool: 'pen' | 'fill' | 'eraser' = 'pen';
	let colour: string = COLOURS[0][1];
	let size = 12;
	const ink = () => ({
		colour: tool === 'eraser' ? undefined : colour,
		size: tool === 'eraser' ? 2 * size : size,
		fills: tool === 'fill',
	});
	const before = await kept<Drawn>(KEPT);
	const brush = new Brush(SIDE, SIDE, 'Sketch pad', ink);
	const ground = h('input', { type: 'color', value: before?.ground ?? PAPER, class: 'colour' });
	const showGround = () => {
		brush.canvas.style.backgroundColor = ground.value;
	};
	if (before) brush.show(await imageOf(before.strokes));
	showGround();
	const save = () => keep(KEPT, { strokes: brush.canvas.toDataURL(), ground: ground.value } satisfies Drawn);
	for (const end of ['pointerup', 'keyup']) brush.canvas.addEventListener(end, () => void save());
	ground.addEventListener('input', showGround);

	const tools = radioRow(
		'Tool',
		[
			{ value: 'pen', label: 'Pen', face: icon('brush') },
			{ value: 'fill', label: 'Fill', face: icon('fill') },
			{ value: 'eraser', label: 'Eraser', face: icon('eraser') },
		],
		(value) => {
			tool = value;
		},
	);
	const own = h('input', { type: 'color', value: '#ff77aa', 'aria-label': 'Another colour', title: 'Another colour' });
	const swatches = radioRow(
		'Colour',
		COLOURS.map(([label, value]) => ({ value, label, face: swatch(value) })),
		(value) => {
			colour = value;
		},
	);
	own.addEventListener('input', () => {
		colour = own.value;
		for (const radio of swatches.querySelectorAll('input')) radio.checked = false;
	});
	swatches.classList.add('swatches');
	swatches.append(own, h('label', { class: 'ground' }, 'Background', ground));

	const bar = h(
		'div',
		{ class: 'tools' },
		tools,
		sizeSlider(size, 64, (value) => {
			size = value;
		}),
		...undoButtons(brush),
		toolButton('trash', 'Clear', () => brush.clear()),
	);
	const used = await openDialog({ title: 'Sketch pad', body: [bar, swatches, brush.element], done: 'Use this sketch' });
	await save();
	return used ? canvasFile(onGround(brush.canvas, ground.value), 'sketch.png') : undefined;
}

async function imageOf(url: string): Promise<HTMLImageElement> {
	const image = h('img', { src: url });
	await image.decode();
	return image;
}

function onGround(strokes: HTMLCanvasElement, ground: string): HTMLCanvasElement {
	const sheet = h('canvas', { width: SIDE, height: SIDE });
	const context = sheet.getContext('2d') as CanvasRenderingContext2D;
	context.fillStyle = ground;
	context.fillRect(0, 0, SIDE, SIDE);
	context.drawImage(strokes, 0, 0);
	return sheet;
}

function swatch(colour: string): HTMLElement {
	const face = h('span', { class: 'swatch' });
	face.style.backgroundColor = colour;
	return face;
}
