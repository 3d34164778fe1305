/** The command line in a process of its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What `npm run flipside --` runs, without npm around it. */
export function runFlipside(
	words: readonly string[],
	{ cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<{ status: number; stdout: string; stderr: string }> {
	const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
	return new Promise((resolve) => {
		const argv = [tsx, join(root, 'src/cli.ts'), ...words];
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
