/** Shows a job's progress in one line of text. */
import type { Progress } from '../desk/view.ts';

/** The bar's length in cells, so that it fits on a phone's line together with the step count. */
const CELLS = 10;

/** "▰▰▰▱▱▱▱▱▱▱"; full only at the end. */
export function progressBar({ done, total }: Progress): string {
	const full = Math.floor((CELLS * done) / Math.max(1, total));
	return '▰'.repeat(full) + '▱'.repeat(CELLS - full);
}
