/** What phones, word processors and chat programs put into typed text: invisible characters, blanks, dashes and quotes. */

/** Marks of one family close each other: somebody's phone may well turn `"a dog"` into `„a dog“` or `“a dog"`. */
export const QUOTES: readonly string[] = ['"“”„‟«»＂〝〞〟', "'‘’‚‛‹›＇`´", '「」『』'];

/** Those that may also be an apostrophe. */
export const APOSTROPHES = QUOTES[1];

/** Blanks, and letters that look like one. */
export const BLANK = /[\s\u115F\u2800\u3164]/;

const BLANKS_IN_LINE = /[^\S\n]|[\u115F\u2800\u3164]/g;

/** Without a meaning in a line: zero-width blanks, soft hyphens, marks of direction. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;

/** Joiners with nothing to join; between parts of an emoji, or letters of a script that joins them, they have a meaning. */
const IDLE_JOINERS =
	/(?<=^|[\s\p{P}\p{Nd}\p{Script=Latin}])[\u200C\u200D]+|[\u200C\u200D]+(?=$|[\s\p{P}\p{Nd}\p{Script=Latin}])/gu;

/** What of a text can be seen. */
export const visible = (text: string) => text.replace(INVISIBLE, '').replace(IDLE_JOINERS, '');

/** The same with every blank but the end of a line as an ordinary one. */
export const readable = (text: string) => visible(text).replace(BLANKS_IN_LINE, ' ').trim();

/** Full-width digits and letters as plain ones, and every dash as a hyphen: for what is no prose. */
export const plain = (text: string) => text.normalize('NFKC').replace(/[\p{Pd}\u2212]/gu, '-');
