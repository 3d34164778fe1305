/** A named pipe, on which readers wait forever for a writer. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Creates one at `path`, replacing what is there, and returns the path. */
export function pipe(path: string): string {
	rmSync(path, { force: true });
	execFileSync('mkfifo', [path]);
	return path;
}
