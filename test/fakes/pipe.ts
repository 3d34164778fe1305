/** A named pipe: whoever opens it waits for somebody to write into it, for ever. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Puts one where `path` says, in the place of what is there; gives the path back. */
export function pipe(path: string): string {
	rmSync(path, { force: true });
	execFileSync('mkfifo', [path]);
	return path;
}
