import { expect, test } from 'vitest';
import { printable, printableJson } from '../../../src/base/printable.ts';

const HOSTILE = 'a\u001b]0;title\u0007 \u009b31mred \u202egnp.exe\r\u0000';

test('terminal control characters are removed', () => {
	expect(printable(HOSTILE)).toBe('a\ufffd]0;title\ufffd \ufffd31mred \ufffdgnp.exe\ufffd\ufffd');
});

test('lines, tabs, accents, emoji and right-to-left letters are kept', () => {
	const text = 'a café\tin\n東京 👩‍🎨 שלום';
	expect(printable(text)).toBe(text);
});

test('JSON keeps its meaning, in printable characters', () => {
	const text = printableJson({ prompt: HOSTILE });
	expect(text).toMatch(/^[ -~]*$/);
	expect(JSON.parse(text)).toEqual({ prompt: HOSTILE });
});
