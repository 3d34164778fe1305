/**
 * Starts a program of this repository: node gpu/launch.mjs src/cli.ts [argument ...]
 *
 * Loading hundreds of TypeScript files one by one takes Node 20 seconds, so an entry is put into a few files together with all that
 * it imports. They lie under node_modules/.cache, and are made anew once a source was changed. Where none can be kept, tsx loads
 * the entry, which only takes longer.
 */
import { createHash } from 'node:crypto';
import {
	closeSync,
	fsyncSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const CACHE = join(ROOT, 'node_modules/.cache/flipside');

/** Says in a folder of the cache what was made there last. */
const MADE = 'made.json';

/** Begins the name of the file to load. */
const ENTRY = 'entry';

/** What a process that was killed has left half written is cleared away after this time, in milliseconds. */
const UNFINISHED_MS = 60_000;

/**
 * @typedef {object} Made
 * @property {string} entry the file to load
 * @property {Readonly<Record<string, string>>} files SHA-256 of all of them, by path
 * @property {Readonly<Record<string, number>>} sources when each was changed last, by path
 */

const [, launcher, program] = process.argv;
const source = realpathSync(program);
// As if Node had been told to run it.
process.argv.splice(1, 2, source);

const compiled = await unlessTold(compile).catch(() => undefined);
if (compiled) process.setSourceMapsEnabled(true);
else {
	// Its own cache lies in the system's folder of temporary files, where other accounts could put code of theirs.
	process.env.TSX_DISABLE_CACHE = '1';
	(await import('tsx/esm/api')).register();
}
await import(pathToFileURL(compiled ?? source).href);

/** @returns {Promise<string | undefined>} the file to load in place of the source; undefined when that is none of this repository's */
async function compile() {
	if (!source.startsWith(ROOT)) return undefined;
	const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
	const folder = join(CACHE, `${basename(source, '.ts')}-${hash}`);
	const before = readMade(folder);
	if (before && isCurrent(before)) return before.entry;
	// Nothing is compiled in vain.
	mkdirSync(folder, { recursive: true });
	const { texts, ...made } = await bundle(folder);
	// Their names hold a hash of their contents.
	for (const [file, text] of texts) if (hashOf(file) !== made.files[file]) writeWhole(file, text);
	writeWhole(join(folder, MADE), JSON.stringify(made));
	// A process that was started before may still load some of the files that were made before.
	clear(folder, new Set([...Object.keys(made.files), ...Object.keys(before?.files ?? {}), join(folder, MADE)]));
	return made.entry;
}

/**
 * A bot that is told to end before it has begun ends as it does later, with status 0; it says nothing to whoever runs a command.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function unlessTold(work) {
	if (basename(source) !== 'main.ts') return work();
	const signals = /** @type {const} */ (['SIGINT', 'SIGTERM']);
	const end = () => process.exit(0);
	for (const signal of signals) process.on(signal, end);
	try {
		return await work();
	} finally {
		for (const signal of signals) process.off(signal, end);
	}
}

/** @param {string} folder @returns {Made | undefined} what was made last, if it can be read */
function readMade(folder) {
	try {
		return JSON.parse(readFileSync(join(folder, MADE), 'utf8'));
	} catch {
		return undefined;
	}
}

/** Whether the sources are those that it was made of, and the files those that were made. @param {Made} made */
function isCurrent({ entry, sources, files }) {
	try {
		return (
			entry in files &&
			Object.entries(sources).every(([path, changed]) => changedAt(path) === changed) &&
			Object.entries(files).every(([path, hash]) => hashOf(path) === hash)
		);
	} catch {
		return false;
	}
}

/** The time of modification would not do, as programs that copy files set it back. @param {string} path */
function changedAt(path) {
	return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}

/** @param {string} path @returns {string | undefined} SHA-256 of a file; undefined where it cannot be read */
function hashOf(path) {
	try {
		return sha256(readFileSync(path));
	} catch {
		return undefined;
	}
}

/** @param {string | Uint8Array} content */
function sha256(content) {
	return createHash('sha256').update(content).digest('hex');
}

/** @param {string} outdir @returns {Promise<Made & { texts: Map<string, string> }>} */
async function bundle(outdir) {
	const { build, stop } = await import('esbuild');
	/** @type {Record<string, number>} */
	const sources = { [launcher]: changedAt(launcher) };
	const { outputFiles } = await build({
		entryPoints: [{ in: source, out: ENTRY }],
		bundle: true,
		write: false,
		outdir,
		entryNames: '[name]-[hash]',
		outExtension: { '.js': '.mjs' },
		platform: 'node',
		target: 'node20',
		format: 'esm',
		splitting: true,
		packages: 'external',
		sourcemap: 'inline',
		sourcesContent: false,
		logLevel: 'silent',
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
		// Every source goes on looking for its files where it lies itself.
		define: { 'import.meta.url': 'sourceUrl' },
		plugins: [
			{
				name: 'sources',
				setup({ onLoad }) {
					onLoad({ filter: /\.ts$/ }, async ({ path }) => {
						sources[path] = changedAt(path);
						const url = JSON.stringify(pathToFileURL(path).href);
						return { loader: 'ts', contents: `const sourceUrl = ${url};${await readFile(path, 'utf8')}` };
					});
				},
			},
		],
	});
	await stop();
	const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
	const files = Object.fromEntries([...texts].map(([path, text]) => [path, sha256(text)]));
	const [entry] = Object.keys(files).filter((path) => basename(path).startsWith(ENTRY));
	return { entry, files, sources, texts };
}

/** Others may be reading the file, or writing it too. @param {string} path @param {string} text */
function writeWhole(path, text) {
	const unfinished = `${path}.${process.pid}`;
	try {
		const file = openSync(unfinished, 'w');
		try {
			writeFileSync(file, text);
			// Without it a name may reach the disk before what it names.
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
		renameSync(unfinished, path);
	} finally {
		rmSync(unfinished, { force: true });
	}
}

/** Others may be clearing the folder too; what is left is only untidy. @param {string} folder @param {ReadonlySet<string>} kept */
function clear(folder, kept) {
	try {
		for (const path of readdirSync(folder).map((name) => join(folder, name))) {
			const isUnfinished = /\.\d+$/.test(path) && Date.now() - changedAt(path) < UNFINISHED_MS;
			if (!kept.has(path) && !isUnfinished) rmSync(path, { force: true });
		}
	} catch {}
}
