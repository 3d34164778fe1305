import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { commandTable } from '../commands/help.ts';
import { commands } from '../commands/index.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

test('the table of commands in the README is the registry', async () => {
	expect(await read('README.md')).toContain(commandTable(commands));
});
