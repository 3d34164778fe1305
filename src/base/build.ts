/** Tells builds of one version apart. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from './version.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What runs jobs on a bot and on its workers alike. Models that both have by name are compared on their own. */
const RUNS_JOBS = ['gpu', 'assets/models/digits'];

/** The packages that compute, and that carry jobs from one to the other. */
const DEPENDENCIES = ['onnxruntime-node', 'sharp', 'bullmq'];

/**
 * The version, and a digest of the files and packages that run jobs: "0.1.0+5c1d61a5e7b2". Machines with the same one understand each
 * other. Between releases the version alone does not tell, and a copy need not be a git repository.
 *
 * @param root the folder of the program. Default: this one's
 */
export function buildOf(root = ROOT): string {
	const paths = RUNS_JOBS.flatMap((folder) => pathsIn(root, folder)).sort();
	const files = paths.map((path) => `${path} ${hashOf(readFileSync(join(root, path)))}\n`);
	const packages = DEPENDENCIES.map((name) => `${name} ${installedIn(root, name)}\n`);
	return `${VERSION}+${hashOf([...files, ...packages].join('')).slice(0, 12)}`;
}

const hashOf = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

/** The files in a folder, from the root, with forward slashes; not what editors and file managers leave behind. */
function pathsIn(root: string, folder: string): readonly string[] {
	const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
	const named = paths.map((path) => `${folder}/${path.split(sep).join('/')}`);
	return named.filter((path) => /\.(?:ts|mjs|json|safetensors)$/.test(path) && !/\/[.#]/.test(path));
}

/** The version of a package, where it is installed in the usual place. */
function installedIn(root: string, name: string): string | undefined {
	const file = join(root, 'node_modules', name, 'package.json');
	return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : undefined;
}
