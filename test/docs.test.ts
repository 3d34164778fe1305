/** What the pages for people say of files and names is so. */
import { access, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../commands/index.ts';
import { DIGIT_MODELS } from '../gpu/jobs/index.ts';
import { readTyped } from './commands/typed.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFile(new URL(path, ROOT), 'utf8');

const docs = await readdir(fileURLToPath(new URL('docs', ROOT)), { recursive: true });
const pages = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'bench/RESULTS.md'],
	...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

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

/** To a file of the repository, in Markdown or HTML, without the place in it. */
const LINK = /(?:\]\(|src=")(?!https?:|#)([^)"#]+)/g;

test.each(pages)('every link in %s leads somewhere', async (page) => {
	const links = [...(await read(page)).matchAll(LINK)].map(([, link]) => link);
	const dead = await Promise.all(
		links.map((link) =>
			access(new URL(link, new URL(page, ROOT))).then(
				() => [],
				() => [link],
			),
		),
	);
	expect(dead.flat()).toEqual([]);
});

/** As people type it, in a span or a block of its own. */
const TYPED = new RegExp(
	`(?:\`\\/|^ {4}npm run -s flipside -- )((?:${commands.map(({ name }) => name).join('|')}) [^\`\\n]+)`,
	'gm',
);

/** What stands for something else, is cut short, or shown as Discord shows it. */
const OPEN = /[…<>]|\w: |\b(?:ID|FILE|ROLE|NAME)\b|--[\w-]+$/;

test.each(pages.filter((page) => !page.includes('generated/')))('every command in %s is taken', async (page) => {
	const typed = [...(await read(page)).matchAll(TYPED)].map(([, line]) => line).filter((line) => !OPEN.test(line));
	for (const line of typed) expect([line, refusal(line)]).toEqual([line, undefined]);
});

/** Options of the command line itself, and names of models that others install. */
const BESIDE = new RegExp(
	` --out \\S+| --model (?!(?:${DIGIT_MODELS.join('|')})\\b)\\S+| --(?:json|alone|now)\\b`,
	'g',
);

function refusal(line: string): string | undefined {
	try {
		readTyped(line.replaceAll(BESIDE, ''));
		return undefined;
	} catch (error) {
		return (error as Error).message;
	}
}
