import { expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { parseWords } from '../../../commands/lib/parse-text.ts';
import { requestLine } from '../../../commands/lib/request-line.ts';
import { splitWords } from '../../../commands/lib/split-words.ts';

test.each([
	['generate', { prompt: 'a dog', seed: 3 }, '/generate a dog --seed 3'],
	['generate', { prompt: 'a dog', negative: 'a blurry photo' }, '/generate a dog --negative "a blurry photo"'],
	['anagram', { prompt: 'a dog', prompt2: 'two cats', animate: 'yes' }, '/anagram "a dog" "two cats" --animate'],
	[
		'upscale',
		{ image: 'a-1.png', prompt: 'a dog', prompt2: 'two cats', view: 'flip' },
		'/upscale a-1.png a dog --prompt2 "two cats" --view flip',
	],
	['generate', { prompt: 'a dog', embeddings: 'own.pth' }, '/generate a dog --embeddings own.pth'],
	['edit', { image: 'my sketch.png', prompt: 'a dog' }, '/edit "my sketch.png" a dog'],
])('the line of a /%s request can be typed again', (name, options, line) => {
	expect(requestLine(commands, name, options)).toBe(line);
	const command = commands.find((candidate) => candidate.name === name);
	if (!command) throw new Error(`no /${name}`);
	const given = Object.fromEntries(Object.entries(options).map(([option, value]) => [option, String(value)]));
	expect(parseWords(command, splitWords(line).slice(1))).toEqual(given);
});
