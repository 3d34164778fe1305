/**
 * Reads the text in PNG files that anybody may have sent: it takes a time in proportion to the file at most, and little memory,
 * whatever the file holds. Source: PNG specification (third edition), sections 5.3 and 11.3.3.
 */
import { inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** The length, the type and the sum around the data of a chunk. */
const AROUND = 12;

/** Bytes of one text, as stored and as read. Prompts and settings have some thousand at most. */
export const MAX_TEXT_BYTES = 2 ** 16;

/** Texts are read up to so many; programs write a handful. */
const MAX_TEXTS = 32;

const typeNumber = (type: string) => Buffer.from(type, 'latin1').readUInt32BE();
const READERS: ReadonlyMap<number, (rest: Buffer) => string | undefined> = new Map([
	[typeNumber('tEXt'), (rest) => rest.toString('latin1')],
	[typeNumber('zTXt'), (rest) => inflated(rest.subarray(1))?.toString('latin1')],
	[typeNumber('iTXt'), internationalText],
]);

/**
 * @returns texts by keyword, of each the first; none of what is no PNG. Left out is what is damaged, or longer than MAX_TEXT_BYTES
 * once it is unpacked
 */
export function readPngText(bytes: Uint8Array): ReadonlyMap<string, string> {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const texts = new Map<string, string>();
	if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return texts;
	let tried = 0;
	for (let at = SIGNATURE.length; at + AROUND <= file.length && tried < MAX_TEXTS; ) {
		const length = file.readUInt32BE(at);
		const read = READERS.get(file.readUInt32BE(at + 4));
		if (read && length <= MAX_TEXT_BYTES && at + AROUND + length <= file.length) {
			tried++;
			const data = file.subarray(at + 8, at + 8 + length);
			const end = data.indexOf(0);
			const keyword = data.toString('latin1', 0, Math.max(end, 0));
			const text = end < 1 || texts.has(keyword) ? undefined : read(data.subarray(end + 1));
			if (text !== undefined) texts.set(keyword, text);
		}
		at += AROUND + length;
	}
	return texts;
}

/** @param rest whether it is compressed, how, its language and the translated keyword, each ended by a zero, and the text */
function internationalText(rest: Buffer): string | undefined {
	const language = rest.indexOf(0, 2);
	const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
	if (translated < 0) return undefined;
	const text = rest.subarray(translated + 1);
	return (rest[0] === 0 ? text : inflated(text))?.toString('utf8');
}

/** Undefined where it is damaged, or holds more than it may. */
function inflated(data: Buffer): Buffer | undefined {
	try {
		return inflateSync(data, { maxOutputLength: MAX_TEXT_BYTES });
	} catch {
		return undefined;
	}
}
