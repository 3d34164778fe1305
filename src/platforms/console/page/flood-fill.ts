/** Fills an area that a line encloses. */

/** Colours count as alike if no channel differs by more than this, because the edges of strokes are soft. */
const TOLERANCE = 96;

/**
 * Colours the pixel at (x, y), and every pixel of a like colour that is connected to it by its sides.
 *
 * @param pixels changed in place
 * @param colour red, green and blue, 0 to 255; undefined makes them transparent
 */
export function floodFill(pixels: ImageData, x: number, y: number, colour: readonly number[] | undefined): void {
	const { data, width, height } = pixels;
	const start = Math.floor(y) * width + Math.floor(x);
	const before = data.slice(4 * start, 4 * start + 4);
	const isAlike = (place: number) => before.every((value, c) => Math.abs(value - data[4 * place + c]) <= TOLERANCE);
	const paint = colour ? [...colour, 255] : [0, 0, 0, 0];
	const seen = new Uint8Array(width * height);
	const open = [start];
	while (open.length > 0) {
		const place = open.pop() as number;
		if (seen[place] || !isAlike(place)) continue;
		seen[place] = 1;
		const column = place % width;
		if (column > 0) open.push(place - 1);
		if (column < width - 1) open.push(place + 1);
		if (place >= width) open.push(place - width);
		if (place < width * (height - 1)) open.push(place + width);
	}
	// Painting comes last, because painted pixels are no longer alike.
	for (const [place, isSeen] of seen.entries()) if (isSeen) data.set(paint, 4 * place);
}
