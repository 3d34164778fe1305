/** The page's files, ready to be served. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import type { Asset } from './asset.ts';
import { exampleFiles } from './examples.ts';

const PAGE = new URL('./page/', import.meta.url);

/** By the path that they are served at. */
export async function bundlePage(): Promise<ReadonlyMap<string, Asset>> {
	const text = (name: string) => readFile(new URL(name, PAGE), 'utf8');
	const [script, styles, html, icon, examples] = await Promise.all([
		bundle('main.ts'),
		bundle('styles/index.css'),
		text('index.html'),
		text('icon.svg'),
		exampleFiles(),
	]);
	// esbuild keeps a process of its own for further builds, and there are none.
	await stop();
	return new Map([
		['/', { type: 'text/html; charset=utf-8', body: html }],
		['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
		['/styles.css', { type: 'text/css; charset=utf-8', body: styles }],
		['/icon.svg', { type: 'image/svg+xml', body: icon }],
		...examples,
	]);
}

/** One file out of an entry and all that it imports. */
async function bundle(entry: string): Promise<string> {
	const { outputFiles } = await build({
		entryPoints: [fileURLToPath(new URL(entry, PAGE))],
		bundle: true,
		format: 'esm',
		target: 'es2022',
		minify: true,
		legalComments: 'none',
		write: false,
	});
	return outputFiles[0].text;
}
