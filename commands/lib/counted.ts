/** Numbers of things in sentences. */

/** "one request", "3 requests". */
export const counted = (n: number, what: string): string => (n === 1 ? `one ${what}` : `${n} ${what}s`);
