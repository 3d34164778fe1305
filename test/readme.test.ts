import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandTable } from '../commands/help.ts';
import { commands } from '../commands/index.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('the table of commands in the README is the registry', async () => {
	expect(await read('README.md')).toContain(commandTable(commands));
});

test('every variable of the configuration stands in .env.example, and no other', async () => {
	const documented = [...(await read('.env.example')).matchAll(/^([A-Z_]+)=$/gm)].map(([, name]) => name);
	const source = await read('src/base/config.ts');
	const schema = source.slice(source.indexOf('const environment'), source.indexOf('export interface Config'));
	const known = [...schema.matchAll(/^\t([A-Z_]+):/gm)].map(([, name]) => name);
	expect(known.length).toBeGreaterThan(5);
	expect(documented.sort()).toEqual(known.sort());
});
