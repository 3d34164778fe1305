/** What may be done after every change of a short line, but takes too much of the time in a long one. */

/** Up to so many jobs it takes less than a millisecond. */
export const SHORT_LINE = 50;

/** The share of the time that it may take in a longer line: changes in quick succession are dealt with together. */
const SHARE = 0.03;

/** How long to leave it once it took `tookMs` for a line of that length, in milliseconds. */
export const restAfter = (tookMs: number, length: number): number => (length > SHORT_LINE ? tookMs / SHARE : 0);
