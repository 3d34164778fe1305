/** Short jobs and all others: what each has of the slots. */
import type { Capacity } from './runner.ts';

export type Lane = 'usual' | 'short';

export const laneOf = ({ isShort = false }: { readonly isShort?: boolean }): Lane => (isShort ? 'short' : 'usual');

/**
 * How many more jobs of each lane may start beside the running ones. Short jobs fill the short slots first and then the others, so
 * all that is free is free for them. More may run than there are slots, if there were more when they started.
 */
export function roomIn({ slots, shortSlots }: Capacity, running: Readonly<Record<Lane, number>>): Record<Lane, number> {
	const usual = Math.max(0, slots - running.usual - Math.max(0, running.short - shortSlots));
	return { usual, short: Math.max(0, slots + shortSlots - running.usual - running.short) };
}
