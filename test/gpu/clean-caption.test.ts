import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cleanCaption } from '../../gpu/clean-caption.ts';

const captions: [prompt: string, cleaned: string][] = JSON.parse(
	readFileSync('test/fixtures/t5/captions.json', 'utf8'),
);

it.each(captions)('%j is cleaned as in diffusers', (prompt, cleaned) => {
	expect(cleanCaption(prompt)).toBe(cleaned);
});
