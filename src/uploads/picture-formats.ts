/**
 * Recognises picture formats by their first bytes alone, since file names prove nothing. Browsers use this too, so it does not
 * depend on Node.
 */

export const WANTED_PICTURE = 'a PNG, JPEG, WebP, GIF or AVIF picture';

interface Format {
	/** The format's usual name. */
	readonly title: string;
	readonly taken?: true;
	/** How to send such a picture in another format. Default: a list of the accepted formats */
	readonly remedy?: string;
	/** @param head a character for each byte */
	readonly matches: (head: string) => boolean;
}

/** Enough to recognise every format below. */
export const HEAD_BYTES = 512;

const begins =
	(...starts: readonly string[]) =>
	(head: string) =>
		starts.some((start) => head.startsWith(start));

/** The four-letter brands that a file in an MP4 container declares; the first one is the most important. */
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

/** A file's format; undefined if it is not listed here. */
export function pictureFormat(bytes: Uint8Array): Omit<Format, 'matches'> | undefined {
	const head = String.fromCharCode(...bytes.subarray(0, HEAD_BYTES));
	return FORMATS.find(({ matches }) => matches(head));
}

/** Why a file cannot be an accepted picture, in one sentence; undefined if it may be one. */
export function formatProblem(bytes: Uint8Array, label: string): string | undefined {
	const format = pictureFormat(bytes);
	if (!format) return unreadablePicture(label);
	const { title, taken, remedy = `send ${WANTED_PICTURE}` } = format;
	return taken ? undefined : `${label} is ${title}; ${remedy}.`;
}

export const unreadablePicture = (label: string) =>
	`${label} is not a picture that can be read; send ${WANTED_PICTURE}.`;
