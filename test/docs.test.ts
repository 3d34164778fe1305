/** What the pages for people say of files and names is so. */
import { access, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFile(new URL(path, ROOT), 'utf8');

const docs = await readdir(fileURLToPath(new URL('docs', ROOT)));
const pages = ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

/** A word of code that begins with one of the repository's folders; of gpu/views/<name>.ts the folder. */
const PATH = /(?<=[`\s(])(?:assets|bench|commands|docs|eval|gpu|src|test)\/[\w./-]*/g;

test.each(pages)('every path in %s is there', async (page) => {
	const spans = [...(await read(page)).matchAll(/`[^`\n]+`/g)].map(([span]) => span);
	const paths = new Set(spans.flatMap((span) => span.match(PATH) ?? []));
	const missing = await Promise.all(
		[...paths].map((path) =>
			access(new URL(path, ROOT)).then(
				() => [],
				() => [path],
			),
		),
	);
	expect(missing.flat()).toEqual([]);
});

/** `name` in `file`, or a row of a table that begins with both; a method stands behind its class. */
const NAMED = /(?:`(\w+)(?:\.(\w+))?` in |^\| `(\w+)` \| )`([\w./-]+\.ts)`/gm;

const named = [...(await read('docs/architecture.md')).matchAll(NAMED)].map(([, inText, method, inTable, file]) => {
	return { file, name: inText ?? inTable, method };
});

test('the page on the architecture names much', () => expect(named.length).toBeGreaterThan(40));

test.each(named)('$file exports $name', async ({ file, name, method }) => {
	const text = await read(file);
	const exported = new RegExp(`^export (?:async )?(?:class|const|function\\*?|interface|type) ${name}\\b`, 'm');
	expect(exported.test(text)).toBe(true);
	if (method) expect(text).toContain(`${method}(`);
});
