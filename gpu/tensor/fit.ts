/** How a picture of one shape becomes one of another: where in the picture the pixels of the result are. */

/** Width and height, in pixels. */
export interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * `crop` takes the largest central part with the proportions of the result, `squash` stretches the picture to them, and `pad`
 * puts the whole picture in the middle, with a border along two sides.
 */
export const FITS = ['crop', 'squash', 'pad'] as const;
export type Fit = (typeof FITS)[number];

/** The pixels of a result along one side of a picture. */
export interface Line {
	/** The length of the picture's side, in pixels. */
	readonly length: number;
	/** The length of the result's side, in pixels. */
	readonly size: number;
	/** Where the first pixel of the result starts, in pixels of the picture; negative for a border. */
	readonly from: number;
	/** Picture pixels per pixel of the result. */
	readonly scale: number;
}

export interface Lines {
	readonly across: Line;
	readonly down: Line;
}

export function linesOf(picture: Size, result: Size, fit: Fit): Lines {
	const wide = picture.width / result.width;
	const high = picture.height / result.height;
	if (fit === 'squash') {
		return {
			across: { length: picture.width, size: result.width, from: 0, scale: wide },
			down: { length: picture.height, size: result.height, from: 0, scale: high },
		};
	}
	const scale = fit === 'crop' ? Math.min(wide, high) : Math.max(wide, high);
	const centred = (length: number, size: number): Line => ({ length, size, from: (length - size * scale) / 2, scale });
	return { across: centred(picture.width, result.width), down: centred(picture.height, result.height) };
}

/** Where the middle of the result's pixel i is, in pixels from the start of the picture. */
export function middleOf({ from, scale }: Line, i: number): number {
	return from + (i + 0.5) * scale;
}

/** Whether the middle of the result's pixel i is in the picture; otherwise the pixel is border. */
export function isInside(line: Line, i: number): boolean {
	const middle = middleOf(line, i);
	return middle > 0 && middle < line.length;
}
