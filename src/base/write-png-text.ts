/** Writes text into PNG files, beside the picture. Source: PNG specification (third edition), sections 5.3, 11.3.3.2 and 11.3.3.4. */
import { crc32 } from 'node:zlib';

/** The signature and IHDR, which has to be the first chunk. */
const BEFORE_TEXT = 8 + 12 + 13;

/**
 * @param texts by keyword, 1..79 characters of Latin-1
 * @returns the same picture with the texts before all else that it holds; the same texts give the same bytes
 */
export function withPngText(png: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
	const chunks = Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text));
	return Buffer.concat([png.subarray(0, BEFORE_TEXT), ...chunks, png.subarray(BEFORE_TEXT)]);
}

/** tEXt, which every program reads, where the text is Latin-1; otherwise iTXt. */
function textChunk(keyword: string, text: string): Buffer {
	if (isLatin1(text)) return chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'));
	// Neither compressed (two zeros), nor with a language or a translated keyword.
	return chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')]));
}

const isLatin1 = (text: string) => Buffer.from(text, 'latin1').toString('latin1') === text;

function chunk(type: string, data: Buffer): Buffer {
	const length = Buffer.alloc(4);
	length.writeUInt32BE(data.length);
	const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const sum = Buffer.alloc(4);
	sum.writeUInt32BE(crc32(named));
	return Buffer.concat([length, named, sum]);
}
