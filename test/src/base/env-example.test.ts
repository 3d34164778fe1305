/** Checks that .env.example has every variable. After a change: npx vitest run this-file -u */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { envExample } from '../../../src/base/env-example.ts';
import { platforms } from '../../../src/platforms/index.ts';

test('.env.example is generated from the settings', async () => {
	const file = fileURLToPath(new URL('../../../.env.example', import.meta.url));
	await expect(envExample(platforms)).toMatchFileSnapshot(file);
});

test('platforms with an account come first, local ones last', () => {
	const paragraphs = envExample([
		{ local: true, settings: { HERE: z.string().describe('Here.') } },
		{ settings: { KEY: z.string().describe('Two of one\nkind.'), LOCK: z.string() } },
	]).split('\n\n');
	expect(paragraphs[1]).toBe('# Two of one\n# kind.\nKEY=\nLOCK=');
	expect(paragraphs.at(-1)).toBe('# Here.\nHERE=\n');
});
