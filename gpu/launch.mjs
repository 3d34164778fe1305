/**
 * Starts a program of this repository: node gpu/launch.mjs src/cli.ts [argument ...]
 *
 * Node 20 takes seconds to load hundreds of TypeScript files one by one, so an entry is bundled into a few files together with
 * everything that it imports. They are kept under node_modules/.cache and rebuilt when a source changes. If none can be kept,
 * tsx loads the entry, which only takes longer.
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
import nodeModule, { SourceMap } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const CACHE = join(ROOT, 'node_modules/.cache/flipside');

/** The file in a cache folder that records what was last made there. */
const MADE = 'made.json';

/** The folder in a cache folder for what V8 has compiled from the files there. */
const COMPILED = 'v8';

/** The end of the name of a source map. */
const MAP = '.map';

/** Packages of many small files that every start needs: they are compiled like sources. None looks for files next to itself. */
const INCLUDED = /^(?:zod|p-queue|eventemitter3|p-timeout|entities|lru-cache|hono)(?:\/|$)/;

/** Npm writes this file whenever it installs something. */
const INSTALLED = join(ROOT, 'node_modules/.package-lock.json');

/** The start of the name of the file to load. */
const ENTRY = 'entry';

/** How long a half-written file of a killed process stays before it is removed, in milliseconds. */
const UNFINISHED_MS = 60_000;

/**
 * @typedef {object} Made
 * @property {string} entry the file to load
 * @property {Readonly<Record<string, string>>} files SHA-256 of every file, by path
 * @property {Readonly<Record<string, string>>} maps the same for their source maps, which are not read at every start
 * @property {Readonly<Record<string, number>>} sources when each source last changed, by path
 */

/**
 * With these Node keeps what V8 has compiled. Absent: before Node 22.1 and 22.10.
 *
 * @type {Partial<Record<'enableCompileCache' | 'flushCompileCache', (folder?: string) => unknown>>}
 */
const { enableCompileCache, flushCompileCache } = /** @type {object} */ (nodeModule);

// What a running program starts makes do without it.
if (!process.send) refuseLostFolder();
const [, launcher, program] = process.argv;
const source = realpathSync(program);
// As if Node had been started with it.
process.argv.splice(1, 2, source);

const compiled = await unlessTold(compile).catch(() => undefined);
if (compiled) {
	enableCompileCache?.(join(dirname(compiled), COMPILED));
	mapStacks(compiled);
} else {
	// tsx's own cache is in the system's temporary folder, where other accounts could plant code.
	process.env.TSX_DISABLE_CACHE = '1';
	(await import('tsx/esm/api')).register();
}
await import(pathToFileURL(compiled ?? source).href);
// Node writes it when it ends in order, which workers do not.
if (compiled) flushCompileCache?.();

/** No command works in a folder that has been deleted: no path can be made whole there, and esbuild never answers. */
function refuseLostFolder() {
	try {
		process.cwd();
	} catch {
		console.error('The current folder is no longer there; change to one that is, for example with cd ~.');
		process.exit(2);
	}
}

/** @returns {Promise<string | undefined>} the file to load instead of the source; undefined if that is not in this repository */
async function compile() {
	if (!source.startsWith(ROOT)) return undefined;
	const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
	const folder = join(CACHE, `${basename(source, '.ts')}-${hash}`);
	const before = readMade(folder);
	if (before && isCurrent(before)) return before.entry;
	// Fails before anything is compiled in vain.
	mkdirSync(folder, { recursive: true });
	const { texts, ...made } = await bundle(folder);
	// The names contain a hash of the contents.
	const { files, maps } = made;
	for (const [file, text] of texts) if (hashOf(file) !== (files[file] ?? maps[file])) writeWhole(file, text);
	writeWhole(join(folder, MADE), JSON.stringify(made));
	// A process that was started earlier may still load some of the earlier files.
	const kept = [made, before].flatMap((build) => Object.keys({ ...build?.files, ...build?.maps }));
	clear(folder, new Set([...kept, join(folder, MADE)]));
	return made.entry;
}

/**
 * A bot that is asked to end before it has started ends with status 0, as it does later; other commands keep Node's default.
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

/** @param {string} folder @returns {Made | undefined} the record of what was last made, if it can be read */
function readMade(folder) {
	try {
		return JSON.parse(readFileSync(join(folder, MADE), 'utf8'));
	} catch {
		return undefined;
	}
}

/** Whether neither the sources nor the files made from them have changed. @param {Made} made */
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

/** Not the modification time, as programs that copy files reset it. @param {string} path */
function changedAt(path) {
	return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
}

/** @param {string} path @returns {string | undefined} SHA-256 of a file; undefined if it cannot be read */
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
	const sources = { [launcher]: changedAt(launcher), [INSTALLED]: changedAt(INSTALLED) };
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
		// Half as many characters to read at every start. Names stay as they are, for stack traces.
		minifyWhitespace: true,
		minifySyntax: true,
		// Node prints the line of an exception that nobody catches.
		lineLimit: 120,
		legalComments: 'none',
		sourcemap: 'external',
		sourcesContent: false,
		logLevel: 'silent',
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
		// Every source keeps looking for its files next to itself.
		define: { 'import.meta.url': 'sourceUrl' },
		plugins: [
			{
				name: 'sources',
				setup({ onLoad, onResolve }) {
					onResolve({ filter: /^[^./]/ }, ({ path }) => (INCLUDED.test(path) ? undefined : { path, external: true }));
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
	const hashes = [...texts].map(([path, text]) => [path, sha256(text)]);
	const files = Object.fromEntries(hashes.filter(([path]) => !path.endsWith(MAP)));
	const maps = Object.fromEntries(hashes.filter(([path]) => path.endsWith(MAP)));
	const [entry] = Object.keys(files).filter((path) => basename(path).startsWith(ENTRY));
	return { entry, files, maps, sources, texts };
}

/**
 * Shows the sources in stack traces. Node's own way (process.setSourceMapsEnabled) reads all source maps at the start, although
 * most processes end without a stack trace.
 *
 * @param {string} entry
 */
function mapStacks(entry) {
	const folder = pathToFileURL(dirname(entry)).href;
	/** @type {Map<string, SourceMap | undefined>} */
	const known = new Map();
	/** @param {string} file */
	const mapOf = (file) => {
		if (!known.has(file)) known.set(file, readMap(fileURLToPath(file)));
		return known.get(file);
	};
	Error.prepareStackTrace = (error, frames) => {
		const lines = frames.map((frame) => {
			const file = frame.getFileName();
			if (!file?.startsWith(folder)) return `\n    at ${frame}`;
			const [line, column] = [frame.getLineNumber() ?? 1, frame.getColumnNumber() ?? 1];
			const found = mapOf(file)?.findEntry(line - 1, column - 1);
			if (!found || !('originalSource' in found)) return `\n    at ${frame}`;
			const source = fileURLToPath(new URL(found.originalSource, file));
			const there = `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
			return `\n    at ${String(frame).replace(`${file}:${line}:${column}`, there)}`;
		});
		return `${Error.prototype.toString.call(error)}${lines.join('')}`;
	};
}

/** @param {string} file @returns {SourceMap | undefined} */
function readMap(file) {
	try {
		return new SourceMap(JSON.parse(readFileSync(file + MAP, 'utf8')));
	} catch {
		return undefined;
	}
}

/** Others may be reading or writing the file too. @param {string} path @param {string} text */
function writeWhole(path, text) {
	const unfinished = `${path}.${process.pid}`;
	try {
		const file = openSync(unfinished, 'w');
		try {
			writeFileSync(file, text);
			// Without this, the name may reach the disk before the content.
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
			if (!kept.has(path) && !isUnfinished) rmSync(path, { recursive: true, force: true });
		}
	} catch {}
}
