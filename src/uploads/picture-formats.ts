/** Formats of pictures, told by their first bytes: names say nothing, and nothing but these bytes is looked at. */
import { UserError } from '../../gpu/jobs/index.ts';

export const WANTED_PICTURE = 'a PNG, JPEG, WebP, GIF or AVIF picture';

export const unreadablePicture = (label: string) =>
	new UserError(`${label} is not a picture that can be read; send ${WANTED_PICTURE}.`);

interface Format {
	/** As people call it. */
	readonly title: string;
	readonly taken?: true;
	readonly matches: (head: Buffer) => boolean;
}

/** Enough for every row. */
const HEAD_BYTES = 512;

const begins =
	(...starts: readonly string[]) =>
	(head: Buffer) =>
		starts.some((start) => head.subarray(0, start.length).equals(Buffer.from(start, 'latin1')));

/** What a file of the container of MP4 says that it is, by the four letters of its brands; the first one counts most. */
function brandsOf(head: Buffer): readonly string[] {
	if (head.toString('latin1', 4, 8) !== 'ftyp') return [];
	const end = Math.min(head.readUInt32BE(0), head.length);
	const brands = head.toString('latin1', 8, end).match(/.{4}/gs) ?? [];
	return brands.filter((_, i) => i !== 1); // a version number
}

const FORMATS: readonly Format[] = [
	{ title: 'PNG', taken: true, matches: begins('\x89PNG\r\n\x1a\n') },
	{ title: 'JPEG', taken: true, matches: begins('\xff\xd8\xff') },
	{
		title: 'WebP',
		taken: true,
		matches: (head) => begins('RIFF')(head) && head.toString('latin1', 8, 12) === 'WEBP',
	},
	{ title: 'GIF', taken: true, matches: begins('GIF87a', 'GIF89a') },
	{ title: 'AVIF', taken: true, matches: (head) => brandsOf(head).some((brand) => /^avi[fs]$/.test(brand)) },
	{ title: 'HEIC', matches: (head) => brandsOf(head).some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) },
	{ title: 'SVG', matches: (head) => /^\s*(?:\uFEFF)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(head.toString('utf8')) },
	{ title: 'TIFF', matches: begins('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
	{ title: 'BMP', matches: (head) => begins('BM')(head) && head.length > 14 && head.readUInt32LE(6) === 0 },
	{ title: 'PDF', matches: begins('%PDF-') },
	{ title: 'JPEG XL', matches: begins('\xff\x0a', '\0\0\0\x0cJXL ') },
	{ title: 'JPEG 2000', matches: begins('\0\0\0\x0cjP  ', '\xff\x4f\xff\x51') },
	{ title: 'PSD', matches: begins('8BPS') },
];

/** The format of a file; undefined where it is none that anybody knows here. */
export function pictureFormat(bytes: Uint8Array): Pick<Format, 'title' | 'taken'> | undefined {
	const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES));
	return FORMATS.find(({ matches }) => matches(head));
}
