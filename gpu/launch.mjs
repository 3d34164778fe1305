/**
 * Starts a program of this repository: node gpu/launch.mjs src/cli.ts [argument ...]
 *
 * Loading hundreds of TypeScript files one by one takes Node 20 seconds, so an entry is put into a few files together with all that
 * it imports. They lie under node_modules/.cache, and are made anew once a source was changed. Where none can be kept, tsx loads
 * the entry, which only takes longer.
 */
import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
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

/**
 * @typedef {object} Made
 * @property {string} entry the file to load
 * @property {readonly string[]} files all of them
 * @property {Readonly<Record<string, number>>} sources when each was changed last, by path
 */

const [, launcher, program] = process.argv;
const source = realpathSync(program);
// As if Node had been told to run it.
process.argv.splice(1, 2, source);

const compiled = await compile().catch(() => undefined);
if (compiled) process.setSourceMapsEnabled(true);
else (await import('tsx/esm/api')).register();
await import(pathToFileURL(compiled ?? source).href);

/** @returns {Promise<string | undefined>} what to load in place of the source; undefined when that is not of this repository */
async function compile() {
	if (!source.startsWith(ROOT)) return undefined;
	const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
	const folder = join(CACHE, `${basename(source, '.ts')}-${hash}`);
	const before = readMade(folder);
	if (before && isCurrent(before)) return before.entry;
	const { texts, ...made } = await bundle(folder);
	mkdirSync(folder, { recursive: true });
	// Their names hold a hash of their contents.
	for (const [file, text] of texts) if (!existsSync(file)) writeWhole(file, text);
	writeWhole(join(folder, MADE), JSON.stringify(made));
	// A process that was started before may still load some of the files that were made before.
	const kept = [...made.files, ...(before?.files ?? []), join(folder, MADE)];
	for (const name of readdirSync(folder)) if (!kept.includes(join(folder, name))) rmSync(join(folder, name));
	return made.entry;
}

/** @param {string} folder @returns {Made | undefined} what was made last, if it can be read */
function readMade(folder) {
	try {
		return JSON.parse(readFileSync(join(folder, MADE), 'utf8'));
	} catch {
		return undefined;
	}
}

/** @param {Made} made */
function isCurrent({ sources }) {
	return Object.entries(sources).every(([path, changed]) => changedAt(path) === changed);
}

/** The time of modification would not do, as programs that copy files set it back. @param {string} path */
function changedAt(path) {
	return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0;
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
	const files = outputFiles.map(({ path }) => path);
	const [entry] = files.filter((path) => basename(path).startsWith(ENTRY));
	return { entry, files, sources, texts: new Map(outputFiles.map(({ path, text }) => [path, text])) };
}

/** Others may be reading the file, or writing it too. @param {string} path @param {string} text */
function writeWhole(path, text) {
	const unfinished = `${path}.${process.pid}`;
	writeFileSync(unfinished, text);
	renameSync(unfinished, path);
}
