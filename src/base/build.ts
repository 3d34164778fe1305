/** Tells builds of one version apart. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from './version.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What runs jobs on a bot and on its workers alike. Models that both have by name are compared on their own. */
const RUNS_JOBS = ['gpu', 'assets/models/digits'];

/**
 * The version, and a digest of all files that run jobs: "0.1.0+5c1d61a5e7b2". Machines with the same one understand each other and
 * draw the same. Between releases the version alone does not tell, and a copy need not be a git repository.
 *
 * @param root the folder of the program. Default: this one's
 */
export function buildOf(root = ROOT): string {
	const digest = createHash('sha256');
	for (const folder of RUNS_JOBS) {
		const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
		// Not what a file manager or an editor leaves behind.
		const named = entries.filter((entry) => entry.isFile() && !/^\.|~$/.test(entry.name));
		const files = named.map(({ parentPath, name }) => join(parentPath, name));
		// The digest of each, so that nothing moves from one to the next unnoticed.
		for (const file of files.sort()) digest.update(createHash('sha256').update(readFileSync(file)).digest());
	}
	digest.update(JSON.stringify(dependenciesOf(root)));
	return `${VERSION}+${digest.digest('hex').slice(0, 12)}`;
}

function dependenciesOf(root: string): unknown {
	return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies;
}
