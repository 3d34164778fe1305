/** What a process has calculated so far: on a machine with other work that tells more than a clock. */
import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second (sysconf(_SC_CLK_TCK), the same on every architecture that Node runs on). */
const TICK = 0.01;

/** Seconds of one core, of all threads of a process; NaN where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	// The second field is the name in brackets, which may have spaces; utime and stime are the 14th and 15th.
	const [utime, stime] = text
		.slice(text.lastIndexOf(')') + 2)
		.split(' ')
		.slice(11, 13);
	return TICK * (Number(utime) + Number(stime));
}
