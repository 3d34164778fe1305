/** The sketch pad: a white sheet to draw on. */
import { Brush, canvasFile } from './brush.ts';
import { openDialog } from './dialog.ts';
import { h, icon } from './dom.ts';
import { radioRow, sizeSlider, toolButton } from './drawing-tools.ts';

/** Pixels a side: several for every pixel of the model, so that lines stay smooth when it is reduced. */
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

/** @returns the drawing as a PNG file, or undefined when the pad was closed */
export async function drawSketch(): Promise<File | undefined> {
	let tool: 'pen' | 'eraser' = 'pen';
	let colour: string = COLOURS[0][1];
	let size = 12;
	const ink = () => ({ colour: tool === 'pen' ? colour : PAPER, size: tool === 'pen' ? size : 2 * size });
	const brush = new Brush(SIDE, SIDE, 'Sketch pad, a white sheet', ink);
	brush.clear(PAPER);
	brush.forget();

	const tools = radioRow(
		'Tool',
		[
			{ value: 'pen', label: 'Pen', face: icon('brush') },
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
	swatches.append(own);

	const bar = h(
		'div',
		{ class: 'tools' },
		tools,
		sizeSlider(size, 64, (value) => {
			size = value;
		}),
		toolButton('undo', 'Undo', () => brush.undo()),
		toolButton('trash', 'Clear', () => brush.clear(PAPER)),
	);
	const used = await openDialog({ title: 'Sketch pad', body: [bar, swatches, brush.element], done: 'Use this sketch' });
	return used ? canvasFile(brush.canvas, 'sketch.png') : undefined;
}

function swatch(colour: string): HTMLElement {
	const face = h('span', { class: 'swatch' });
	face.style.backgroundColor = colour;
	return face;
}
