import { expect, test } from 'vitest';
import { shorten } from '../../../commands/lib/shorten.ts';

test('keeps a text that fits', () => {
	expect(shorten('', 3)).toBe('');
	expect(shorten('owl', 3)).toBe('owl');
	expect(shorten('🦉🦉', 4)).toBe('🦉🦉');
});

test('ends a longer text in an ellipsis within the limit', () => {
	expect(shorten('an owl', 5)).toBe('an o…');
	expect(shorten('owl', 1)).toBe('…');
});

test('never cuts a character in half', () => {
	expect(shorten('a🦉b', 3)).toBe('a…');
	expect(shorten('🦉🦉', 3)).toBe('🦉…');
	expect(shorten('🦉🦉', 2)).toBe('…');
});
