/** Pictures that are made to do harm, and the sentences with which the bot rejects them. */
import { deflateSync } from 'node:zlib';

/** What people read if the machine is so busy that ten megabytes exceed the time limit for downloads. */
export const TOO_LATE = /could not be fetched from \w+; upload it again\.$/m;

export interface HostilePicture {
	readonly name: string;
	readonly type: string;
	readonly bytes: Uint8Array;
	/** What the sender reads. */
	readonly refusal: RegExp;
}

/** Four pictures, one for each quarter of a second. */
export const hostilePictures = (): HostilePicture[] => [longRow(), largeDrawing(), interlacedTorso(), longRow()];

/** A single row. A decoder needs several rows in memory: 3.6 GiB for a file of 68 bytes. */
export const longRow = (): HostilePicture => ({
	name: 'row.png',
	type: 'image/png',
	bytes: png({ width: 50_000_000, height: 1, depth: 8, colour: GREY, rows: Buffer.alloc(11) }),
	refusal: /^row\.png has 50000000 × 1 pixels; send one of at most 32768 pixels a side\.$/m,
});

/** The largest allowed upload, whose elements are never closed: a parser takes 1.4 GiB. */
export const largeDrawing = (): HostilePicture => ({
	name: 'drawing.svg',
	type: 'image/svg+xml',
	bytes: Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${'<g>'.repeat(3_000_000)}`),
	refusal: /^drawing\.svg is SVG; send a PNG, JPEG, WebP, GIF or AVIF picture\.$/m,
});

/** A picture within all limits, which must be decoded as a whole but is cut off at the very end, to waste the most work. */
export function interlacedTorso(): HostilePicture {
	const side = 7000;
	const rows = Buffer.alloc(2 * side + (side * side * 8 * 9) / 10);
	const bytes = png({ width: side, height: side, depth: 16, colour: RGBA, interlaced: true, rows });
	const refusal =
		/^torso\.png (is damaged and cannot be read to the end|takes too much memory to read|could not be read in time);/m;
	return { name: 'torso.png', type: 'image/png', bytes, refusal };
}

const GREY = 0;
const RGBA = 6;

interface Header {
	readonly width: number;
	readonly height: number;
	readonly depth: number;
	readonly colour: number;
	readonly interlaced?: true;
	/** In hundred-thousandths, as in PNG. */
	readonly gamma?: number;
	/** Each row follows a byte for its filter. Too few rows make a truncated picture. */
	readonly rows: Buffer;
}

export function png({ width, height, depth, colour, interlaced, gamma, rows }: Header): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
	const signature = Buffer.from('89504e470d0a1a0a', 'hex');
	const data = deflateSync(rows, { level: 9 });
	const levels = Buffer.alloc(4);
	levels.writeUInt32BE(gamma ?? 0);
	return Buffer.concat([
		signature,
		chunk('IHDR', header),
		...(gamma ? [chunk('gAMA', levels)] : []),
		chunk('IDAT', data),
		chunk('IEND', Buffer.alloc(0)),
	]);
}

function chunk(type: string, data: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const frame = Buffer.alloc(8);
	frame.writeUInt32BE(data.length, 0);
	frame.writeUInt32BE(crc32(body), 4);
	return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes: Buffer): number {
	let crc = 0xffffffff;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
	}
	return (crc ^ 0xffffffff) >>> 0;
}
