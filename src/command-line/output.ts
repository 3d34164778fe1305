/** Where the pictures of a command go: files that nothing is lost by, or standard output. */
import { randomUUID } from 'node:crypto';
import { access, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { shorten } from '../../commands/lib/shorten.ts';
import { UserError } from '../../gpu/jobs/index.ts';
import { withSuffix } from './file-names.ts';
import type { OwnOptions } from './own-options.ts';

export type Target =
	| { readonly kind: 'folder'; readonly path: string }
	| { readonly kind: 'file'; readonly path: string; readonly force: boolean }
	| { readonly kind: 'stdout' };

/** Something to be written. */
export interface Output {
	/** Its own name, for a folder. */
	readonly filename: string;
	readonly bytes: Uint8Array;
}

const DEFAULT_FOLDER = './out';

/** What commands make, by the endings of its files. */
const MADE = /\.(?:png|gif|webp|html|pth)$/i;

/** What people also call a picture. */
const OTHER_PICTURES = /\.(?:jpe?g|avif|bmp|heic|pdf|svg|tiff?)$/i;

/**
 * Where --out points to, before the work, so that a mistake costs no picture.
 *
 * @param writes whether the command makes pictures, so that the usual folder is looked at too
 * @throws {UserError} when nothing can be written there
 */
export async function targetOf(
	{ out, force, json }: OwnOptions,
	{ writes, terminal }: { readonly writes: boolean; readonly terminal: boolean },
): Promise<Target> {
	if (out === '-') {
		if (json) throw new UserError('Give either --json or --out -: both write to standard output.');
		if (terminal) {
			throw new UserError(
				'--out - writes the picture to standard output, which is a terminal here; redirect it, for example --out - > dog.png.',
			);
		}
		return { kind: 'stdout' };
	}
	const path = out ?? DEFAULT_FOLDER;
	const shown = `out "${shorten(path, 80)}"`;
	const there = await stat(path).catch(() => undefined);
	if (there && !there.isDirectory()) {
		if (!MADE.test(path) || !there.isFile()) {
			throw new UserError(`${shown} is a file; give a folder for the pictures, for example ./out.`);
		}
		if (!force) throw new UserError(`${shown} already exists; give another name, or add --force to overwrite it.`);
	}
	if (!there && OTHER_PICTURES.test(path)) {
		throw new UserError(`${shown} cannot be used: pictures are saved as PNG; give a name such as dog.png.`);
	}
	const isFile = there ? there.isFile() : MADE.test(path);
	if (out !== undefined || writes) await tryFolder(isFile ? dirname(path) : path, refusal(path));
	return isFile ? { kind: 'file', path, force } : { kind: 'folder', path };
}

/**
 * @param outputs into a folder, or into the FILE of --out: the first is FILE, the others are beside it, FILE-1 and so on
 * @returns their paths
 * @throws {UserError} when they cannot be written
 */
export async function writeOutputs(
	target: Exclude<Target, { kind: 'stdout' }>,
	outputs: readonly Output[],
): Promise<string[]> {
	const paths: string[] = [];
	if (outputs.length === 0) return paths;
	const refuse = refusal(target.path);
	await makeFolder(target.kind === 'file' ? dirname(target.path) : target.path).catch(refuse);
	for (const [i, { filename, bytes }] of outputs.entries()) {
		const wanted =
			target.kind === 'folder'
				? join(target.path, filename)
				: withSuffix(target.path, i === 0 ? '' : `-${i}`, extname(filename));
		paths.push(await writeFresh(wanted, bytes, target.kind === 'file' && target.force).catch(refuse));
	}
	return paths;
}

/** @returns the path, with "-2" and so on where the name is taken: nothing is written over but what is to be */
async function writeFresh(path: string, bytes: Uint8Array, force: boolean): Promise<string> {
	for (let number = 1; ; number++) {
		const free = number === 1 ? path : withSuffix(path, `-${number}`);
		try {
			await writeFile(free, bytes, { flag: force ? 'w' : 'wx' });
			return free;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
			await rm(free, { force: true }).catch(() => {});
			throw error;
		}
	}
}

/** Writes and removes a file in the folder, or where the folder is still missing, in the nearest one above it. */
async function tryFolder(path: string, refuse: (error: Error) => never): Promise<void> {
	try {
		let folder = resolve(path);
		while (!(await isThere(folder))) folder = dirname(folder);
		const probe = join(folder, `.flipside-${randomUUID()}`);
		await writeFile(probe, '', { flag: 'wx' });
		await rm(probe);
	} catch (error) {
		refuse(error as Error);
	}
}

/** Makes one folder after the other: where the system allows none, as in /proc, Node's recursive mkdir tries forever. */
async function makeFolder(path: string): Promise<void> {
	const missing: string[] = [];
	for (let at = resolve(path); !(await isThere(at)); at = dirname(at)) missing.unshift(at);
	for (const folder of missing) {
		await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
			// Another command line may have made it meanwhile.
			if (error.code !== 'EEXIST') throw error;
		});
	}
}

async function isThere(path: string): Promise<boolean> {
	try {
		await access(path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
		throw error;
	}
}

const refusal =
	(path: string) =>
	(error: Error): never => {
		throw new UserError(
			`out "${shorten(path, 80)}" cannot be written (${error.message}); give a folder that can be, with room in it.`,
		);
	};
