/** Checks the paths, names, links and commands in the documentation. */
import { access, readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { commands } from '../commands/index.ts';
import { DIGIT_MODELS } from '../gpu/jobs/index.ts';
import { modelVerbs } from '../src/operator/models/verbs.ts';
import { readTyped } from './commands/typed.ts';

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFile(new URL(path, ROOT), 'utf8');

const docs = await readdir(fileURLToPath(new URL('docs', ROOT)), { recursive: true });
const pages = [
	...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'bench/RESULTS.md', 'bench/HISTORY.md'],
	...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];

/** A word of code that begins with one of the repository's folders; for gpu/views/<name>.ts only the folder. */
const PATH = /(?<=[`\s(])(?:assets|bench|commands|docs|eval|gpu|src|test)\/[\w./-]*/g;

test.each(pages)('every path in %s exists', async (page) => {
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

/** `name` in `file`, or a table row that begins with both; a method follows its class. */
const NAMED = /(?:`(\w+)(?:\.(\w+))?` in |^\| `(\w+)` \| )`([\w./-]+\.ts)`/gm;

const named = [...(await read('docs/architecture.md')).matchAll(NAMED)].map(([, inText, method, inTable, file]) => {
	return { file, name: inText ?? inTable, method };
});

test('the architecture page mentions names', () => expect(named.length).toBeGreaterThan(40));

test.each(named)('$file exports $name', async ({ file, name, method }) => {
	const text = await read(file);
	const exported = new RegExp(`^export (?:async )?(?:class|const|function\\*?|interface|type) ${name}\\b`, 'm');
	expect(exported.test(text)).toBe(true);
	if (method) expect(text).toContain(`${method}(`);
});

/** A link to a file of the repository, in Markdown or HTML, without its anchor. */
const LINK = /(?:\]\(|src=")(?!https?:|#)([^)"#]+)/g;

test.each(pages)('every link in %s points to a file', async (page) => {
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

/** The operator's verbs that start like a command. */
const VERBS = Object.keys(modelVerbs).join('|');

/** A command as people type it, in a code span or block. */
const TYPED = new RegExp(
	`(?:\`\\/|^ {4}npm run -s flipside -- )(?!${VERBS})((?:${commands.map(({ name }) => name).join('|')}) [^\`\\n]+)`,
	'gm',
);

/** Signs of a line with placeholders, an abbreviated one, or one in Discord's notation. */
const OPEN = /[…<>]|\w: |\b(?:ID|FILE|ROLE|NAME)\b|--[\w-]+$/;

test.each(pages.filter((page) => !page.includes('generated/')))('every command in %s is accepted', async (page) => {
	const typed = [...(await read(page)).matchAll(TYPED)].map(([, line]) => line).filter((line) => !OPEN.test(line));
	for (const line of typed) expect([line, refusal(line)]).toEqual([line, undefined]);
});

/** Options of the command line itself, and models that are not installed here. */
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

test('supervisors are told to start the bot as npm start does', async () => {
	const { start } = JSON.parse(await read('package.json')).scripts;
	const told = (await read('docs/running.md')).match(/\bnode .*src\/main\.ts/g);
	expect(told).toEqual([start, start]);
});
