/**
 * Formats of pictures, told by their first bytes: names say nothing, and nothing but these bytes is looked at. Browsers ask here
 * too, so this knows nothing of Node.
 */

export const WANTED_PICTURE = 'a PNG, JPEG, WebP, GIF or AVIF picture';

interface Format {
	/** As people call it. */
	readonly title: string;
	readonly taken?: true;
	/** How to send such a picture otherwise; absent: as people who have one know. */
	readonly remedy?: string;
	/** @param head a character for each byte */
	readonly matches: (head: string) => boolean;
}

/** Enough for every row. */
export const HEAD_BYTES = 512;

const begins =
	(...starts: readonly string[]) =>
	(head: string) =>
		starts.some((start) => head.startsWith(start));

/** What a file of the container of MP4 says that it is, by the four letters of its brands; the first one counts most. */
function brandsOf(head: string): readonly string[] {
	if (head.slice(4, 8) !== 'ftyp') return [];
	const end = [0, 1, 2, 3].reduce((length, i) => length * 256 + head.charCodeAt(i), 0);
	const brands = head.slice(8, end).match(/.{4}/gs) ?? [];
	return brands.filter((_, i) => i !== 1); // a version number
}

const FORMATS: readonly Format[] = [
	{ title: 'PNG', taken: true, matches: begins('\x89PNG\r\n\x1a\n') },
	{ title: 'JPEG', taken: true, matches: begins('\xff\xd8\xff') },
	{ title: 'WebP', taken: true, matches: (head) => begins('RIFF')(head) && head.slice(8, 12) === 'WEBP' },
	{ title: 'GIF', taken: true, matches: begins('GIF87a', 'GIF89a') },
	{ title: 'AVIF', taken: true, matches: (head) => brandsOf(head).some((brand) => /^avi[fs]$/.test(brand)) },
	{
		title: 'HEIC',
		remedy:
			'send it as JPEG (to have an iPhone take JPEGs, choose Settings > Camera > Formats > Most Compatible; a screenshot of the picture will do too)',
		matches: (head) => brandsOf(head).some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)),
	},
	{ title: 'SVG', matches: (head) => /^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(head) },
	{ title: 'TIFF', matches: begins('II*\0', 'MM\0*', 'II+\0', 'MM\0+') },
	{ title: 'BMP', matches: (head) => begins('BM')(head) && head.length > 14 && head.slice(6, 10) === '\0\0\0\0' },
	{ title: 'PDF', matches: begins('%PDF-') },
	{ title: 'JPEG XL', matches: begins('\xff\x0a', '\0\0\0\x0cJXL ') },
	{ title: 'JPEG 2000', matches: begins('\0\0\0\x0cjP  ', '\xff\x4f\xff\x51') },
	{ title: 'PSD', matches: begins('8BPS') },
];

/** The format of a file; undefined where it is none that anybody knows here. */
export function pictureFormat(bytes: Uint8Array): Omit<Format, 'matches'> | undefined {
	const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
	return FORMATS.find(({ matches }) => matches(head));
}

/** Why a file cannot be a picture that is taken, in one sentence; undefined where it may well be one. */
export function formatProblem(bytes: Uint8Array, label: string): string | undefined {
	const format = pictureFormat(bytes);
	if (!format) return unreadablePicture(label);
	const { title, taken, remedy = `send ${WANTED_PICTURE}` } = format;
	return taken ? undefined : `${label} is ${title}; ${remedy}.`;
}

export const unreadablePicture = (label: string) =>
	`${label} is not a picture that can be read; send ${WANTED_PICTURE}.`;
