/** Measures how busy the machine is during a test of speed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';

/** Uses 10 ms of CPU time ten times a second, and compares it with wall-clock time. */
const PROBE = `
	let wall = 0;
	let busy = 0;
	setInterval(() => {
		const [begin, before] = [performance.now(), process.cpuUsage()];
		const spent = () => { const { user, system } = process.cpuUsage(before); return (user + system) / 1000; };
		while (spent() < 10);
		busy += spent();
		wall += performance.now() - begin;
	}, 100);
	process.on('message', () => process.send(busy > 0 ? wall / busy : 1, () => process.exit()));
`;

/**
 * Starts measuring in a process of its own, which the tested code cannot block, so our own slowness does not count as a busy
 * machine.
 *
 * @returns a function that ends the measurement and returns how many times as long as on an idle machine work took, at least 1
 */
export function measureStretch(): () => Promise<number> {
	const probe = spawn(process.execPath, ['-e', PROBE], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	return async () => {
		const answer = once(probe, 'message');
		probe.send('end');
		const [stretch] = await answer;
		return Math.max(1, Math.round(Number(stretch) * 100) / 100);
	};
}

/**
 * Describes the machine, to print beside a measurement.
 *
 * @param idleMs the limit on an idle machine
 */
export const machineAt = (stretch: number, idleMs: number) => {
	return { load: loadavg()[0], stretch, limitMs: Math.round(idleMs * stretch) };
};
