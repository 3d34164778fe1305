/** Bundles the page's files so that they can be served. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import type { Asset } from './asset.ts';
import { exampleFiles } from './examples.ts';

const PAGE = new URL('./page/', import.meta.url);

/** @returns the files by the path that each is served at */
export async function bundlePage(): Promise<ReadonlyMap<string, Asset>> {
	const text = (name: string) => readFile(new URL(name, PAGE), 'utf8');
	const [script, styles, html, icon, examples] = await Promise.all([
		bundle('main.ts'),
		bundle('styles/index.css'),
		text('index.html'),
		text('icon.svg'),
		exampleFiles(),
	]);
	// Otherwise esbuild keeps a process running for further builds.
	await stop();
	return new Map([
		['/', { type: 'text/html; charset=utf-8', body: html }],
		['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
		['/styles.css', { type: 'text/css; charset=utf-8', body: styles }],
		['/icon.svg', { type: 'image/svg+xml', body: icon }],
		...examples,
	]);
}

/** Puts an entry and everything that it imports into one file. */
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
