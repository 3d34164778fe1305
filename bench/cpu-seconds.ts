/** The CPU time of a process, which tells more than a clock when the machine has other work. */
import { readFile } from 'node:fs/promises';

/** Linux counts in hundredths of a second (sysconf(_SC_CLK_TCK), the same on every architecture that Node runs on). */
const TICK = 0.01;

/** CPU seconds of all threads of a process together; NaN where there is no /proc. */
export async function cpuSeconds(pid: number): Promise<number> {
	const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
	// The second field is the name in brackets, which may have spaces; utime and stime are the 14th and 15th.
	const [utime, stime] = text
		.slice(text.lastIndexOf(')') + 2)
		.split(' ')
		.slice(11, 13);
	return TICK * (Number(utime) + Number(stime));
}
