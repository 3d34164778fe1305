/** Drawings as PNGs. */
import { sharp } from '../../gpu/tensor/sharp.ts';
import { PAPER } from './style.ts';

/**
 * Level 9 takes two to three times as long, for 2 to 6 % fewer bytes of a sheet. A palette would halve those of a chart (9 instead
 * of 20 KB), but choosing its colours takes 50 ms, and charts are drawn again and again while a training runs.
 */
export const COMPRESSION = 7;

/** An SVG document on paper. */
export function drawingPng(svg: string): Promise<Buffer> {
	return sharp(Buffer.from(svg)).flatten({ background: PAPER }).png({ compressionLevel: COMPRESSION }).toBuffer();
}
