import { expect, test } from 'vitest';
import { printable, printableJson } from '../../../src/base/printable.ts';

const HOSTILE = 'a\u001b]0;title\u0007 \u009b31mred \u202egnp.exe\r\u0000';

test('nothing that a terminal obeys is left of a text', () => {
	expect(printable(HOSTILE)).toBe('a\ufffd]0;title\ufffd \ufffd31mred \ufffdgnp.exe\ufffd\ufffd');
});

test('lines, tabs, accents, emoji and right-to-left letters stay', () => {
	const text = 'a café\tin\n東京 👩‍🎨 שלום';
	expect(printable(text)).toBe(text);
});

test('JSON says the same, in characters that a terminal shows', () => {
	const text = printableJson({ prompt: HOSTILE });
	expect(text).toMatch(/^[ -~]*$/);
	expect(JSON.parse(text)).toEqual({ prompt: HOSTILE });
});
