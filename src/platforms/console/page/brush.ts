/** Drawing on a canvas by mouse, finger, pen or keyboard, with undo and redo. */
import { announce } from './announce.ts';
import { h } from './dom.ts';
import { floodFill } from './flood-fill.ts';

/** Undo goes back this many strokes; each keeps a copy of the canvas. */
const MAX_UNDO = 30;

/** How far an arrow key moves the keyboard's brush, in canvas pixels; four times as far with Shift. */
const KEY_STEP = 8;

export interface Ink {
	/** A colour, or undefined to make what is under the brush transparent. */
	readonly colour: string | undefined;
	/** Diameter in canvas pixels. */
	readonly size: number;
	/** Fills the enclosed area instead of drawing a line. */
	readonly fills?: boolean;
}

export class Brush {
	readonly canvas: HTMLCanvasElement;
	/** The canvas, and over it the mark that shows where the keyboard's brush is. */
	readonly element: HTMLElement;
	readonly #context: CanvasRenderingContext2D;
	readonly #ink: () => Ink;
	readonly #mark: HTMLElement;
	readonly #undo: ImageData[] = [];
	readonly #redo: ImageData[] = [];
	#last: { readonly x: number; readonly y: number } | undefined;
	#keys: { x: number; y: number; down: boolean };

	/**
	 * @param ink returns what to draw with; called for every movement
	 * @param label what the canvas is, for people who cannot see it
	 */
	constructor(width: number, height: number, label: string, ink: () => Ink) {
		const keyboard = `${label}. Arrow keys move the brush, the space bar puts it down and lifts it.`;
		this.canvas = h('canvas', { width, height, tabIndex: 0, role: 'img', 'aria-label': keyboard });
		this.#mark = h('span', { class: 'brush-mark', hidden: true });
		this.element = h('div', { class: 'brush' }, this.canvas, this.#mark);
		this.#context = this.canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
		this.#ink = ink;
		this.#keys = { x: width / 2, y: height / 2, down: false };
		this.canvas.addEventListener('pointerdown', (event) => this.#onPointerDown(event));
		this.canvas.addEventListener('pointermove', (event) => this.#onPointerMove(event));
		for (const end of ['pointerup', 'pointercancel']) this.canvas.addEventListener(end, () => this.#lift());
		this.canvas.addEventListener('keydown', (event) => this.#onKey(event));
		this.canvas.addEventListener('blur', () => this.#lift());
	}

	clear(): void {
		this.#remember();
		this.#context.clearRect(0, 0, this.canvas.width, this.canvas.height);
	}

	/** Restores an earlier drawing. */
	show(drawn: CanvasImageSource): void {
		this.#context.drawImage(drawn, 0, 0);
	}

	undo(): void {
		const done = this.#go(this.#undo, this.#redo);
		announce(done ? 'Undone.' : 'Nothing to undo.');
	}

	redo(): void {
		const done = this.#go(this.#redo, this.#undo);
		announce(done ? 'Redone.' : 'Nothing to redo.');
	}

	/** @returns whether there was a state to go to */
	#go(from: ImageData[], to: ImageData[]): boolean {
		const state = from.pop();
		if (!state) return false;
		to.push(this.#pixels());
		this.#context.putImageData(state, 0, 0);
		return true;
	}

	#pixels(): ImageData {
		return this.#context.getImageData(0, 0, this.canvas.width, this.canvas.height);
	}

	#remember(): void {
		this.#undo.push(this.#pixels());
		this.#redo.length = 0;
		if (this.#undo.length > MAX_UNDO) this.#undo.shift();
	}

	#fill({ x, y }: { readonly x: number; readonly y: number }, colour: string | undefined): void {
		const pixels = this.#pixels();
		const hex = colour && [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
		floodFill(pixels, Math.min(x, pixels.width - 1), Math.min(y, pixels.height - 1), hex || undefined);
		this.#context.putImageData(pixels, 0, 0);
	}

	#onPointerDown(event: PointerEvent): void {
		if (event.button !== 0) return;
		event.preventDefault();
		this.canvas.focus();
		this.canvas.setPointerCapture(event.pointerId);
		this.#mark.hidden = true;
		this.#remember();
		const { fills, colour } = this.#ink();
		if (fills) this.#fill(this.#place(event), colour);
		else this.#drawTo(this.#place(event));
	}

	#onPointerMove(event: PointerEvent): void {
		if (!this.#last || this.#keys.down) return;
		for (const between of event.getCoalescedEvents()) this.#drawTo(this.#place(between));
		this.#drawTo(this.#place(event));
	}

	#onKey(event: KeyboardEvent): void {
		const directions: Record<string, readonly [number, number]> = {
			ArrowLeft: [-1, 0],
			ArrowRight: [1, 0],
			ArrowUp: [0, -1],
			ArrowDown: [0, 1],
		};
		const direction = directions[event.key];
		if (event.key === ' ') this.#keys.down ? this.#lift() : this.#setDown();
		else if (direction) this.#step(direction, event.shiftKey ? 4 * KEY_STEP : KEY_STEP);
		else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey))
			event.shiftKey ? this.redo() : this.undo();
		else if (event.key.toLowerCase() === 'y' && (event.ctrlKey || event.metaKey)) this.redo();
		else return;
		event.preventDefault();
	}

	#setDown(): void {
		this.#remember();
		const { fills, colour } = this.#ink();
		if (fills) {
			this.#showMark();
			announce('Filled.');
			this.#fill(this.#keys, colour);
			return;
		}
		this.#keys.down = true;
		this.#drawTo(this.#keys);
		this.#showMark();
		announce('Brush down.');
	}

	#step([dx, dy]: readonly [number, number], distance: number): void {
		const { width, height } = this.canvas;
		this.#keys.x = Math.min(Math.max(this.#keys.x + dx * distance, 0), width);
		this.#keys.y = Math.min(Math.max(this.#keys.y + dy * distance, 0), height);
		if (this.#keys.down) this.#drawTo(this.#keys);
		this.#showMark();
	}

	#showMark(): void {
		const { width, height } = this.canvas;
		this.#mark.hidden = false;
		this.#mark.classList.toggle('down', this.#keys.down);
		this.#mark.style.left = `${(100 * this.#keys.x) / width}%`;
		this.#mark.style.top = `${(100 * this.#keys.y) / height}%`;
	}

	#lift(): void {
		if (this.#keys.down) announce('Brush up.');
		this.#last = undefined;
		this.#keys.down = false;
		this.#mark.classList.remove('down');
	}

	/** Converts the page's coordinates to the canvas's. */
	#place({ clientX, clientY }: PointerEvent): { x: number; y: number } {
		const box = this.canvas.getBoundingClientRect();
		return {
			x: ((clientX - box.left) * this.canvas.width) / box.width,
			y: ((clientY - box.top) * this.canvas.height) / box.height,
		};
	}

	#drawTo({ x, y }: { readonly x: number; readonly y: number }): void {
		const context = this.#context;
		const { colour, size } = this.#ink();
		context.globalCompositeOperation = colour ? 'source-over' : 'destination-out';
		context.strokeStyle = colour ?? '#000';
		context.lineWidth = size;
		context.lineCap = 'round';
		context.lineJoin = 'round';
		context.beginPath();
		context.moveTo(this.#last?.x ?? x, this.#last?.y ?? y);
		context.lineTo(x, y);
		context.stroke();
		context.globalCompositeOperation = 'source-over';
		this.#last = { x, y };
	}
}

/** A canvas as a PNG file. */
export function canvasFile(canvas: HTMLCanvasElement, name: string): Promise<File> {
	return new Promise((resolve, reject) => {
		canvas.toBlob((blob) => {
			if (blob) resolve(new File([blob], name, { type: 'image/png' }));
			else reject(new Error(`canvasFile: the browser made no PNG of ${name}`));
		}, 'image/png');
	});
}
