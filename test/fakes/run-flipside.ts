/** Runs the command line in a process of its own. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { LAUNCHER } from '../../gpu/queue/spawn.ts';

export const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** Runs what `npm run flipside --` runs, without npm. */
export function runFlipside(
	words: readonly string[],
	{ cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ status: number; stdout: string; stderr: string }> {
	return new Promise((resolve) => {
		const argv = [LAUNCHER, CLI, ...words];
		const child = execFile(
			process.execPath,
			argv,
			{ cwd, env: { PATH: process.env.PATH, ...env } },
			(_, stdout, stderr) => {
				resolve({ status: child.exitCode ?? -1, stdout, stderr });
			},
		);
	});
}
