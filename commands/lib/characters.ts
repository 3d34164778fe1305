/** What phones, word processors and chat programs put into typed text: invisible characters, blanks, dashes and quotes. */

/** Marks of one family close each other: a phone may well turn `"a dog"` into `„a dog“` or `“a dog"`. */
export const QUOTES: readonly string[] = ['"“”„‟«»＂〝〞〟', "'‘’‚‛‹›＇`´", '「」『』'];

/** The marks that may also be an apostrophe. */
export const APOSTROPHES = QUOTES[1];

/** Blanks, and letters that look blank. */
export const BLANK = /[\s\u115F\u2800\u3164]/;

const BLANKS_IN_LINE = /[^\S\n]|[\u115F\u2800\u3164]/g;

/** Characters that mean nothing in a line: zero-width blanks, soft hyphens, direction marks. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;

/** Joiners with nothing to join; between parts of an emoji, or letters of a script that joins them, they do mean something. */
const IDLE_JOINERS =
	/(?<=^|[\s\p{P}\p{Nd}\p{Script=Latin}])[\u200C\u200D]+|[\u200C\u200D]+(?=$|[\s\p{P}\p{Nd}\p{Script=Latin}])/gu;

/** Dashes that phones put in the place of two hyphens, for a class of a regular expression. */
export const LONG_DASHES = '\\u2012-\\u2015\\u2E3A\\u2E3B';

/** The visible part of a text. */
export const visible = (text: string) => text.replace(INVISIBLE, '').replace(IDLE_JOINERS, '');

/** The same, with every blank except a line end turned into an ordinary space. */
export const readable = (text: string) => visible(text).replace(BLANKS_IN_LINE, ' ').trim();

/** Turns full-width digits and letters into plain ones, and every dash into a hyphen; not for prose. */
export const plain = (text: string) => text.normalize('NFKC').replace(/[\p{Pd}\u2212]/gu, '-');
