import { expect, test } from 'vitest';
import { saysAny, seenWords } from '../../../commands/lib/word-list.ts';

/** Ways to write "zombie", with escapes for invisible characters. */
const ZOMBIES: Record<string, string> = {
	plain: 'a zombie in a park',
	capitals: 'A ZoMbIe',
	'zero-width space': 'zom\u200bbie',
	'zero-width joiner': 'zom\u200dbie',
	'word joiner': 'zom\u2060bie',
	'byte order mark': 'zom\ufeffbie',
	'soft hyphen': 'zom\u00adbie',
	'combining grapheme joiner': 'zom\u034fbie',
	'Hangul filler': 'zom\u3164bie',
	'left-to-right mark': 'zom\u200ebie',
	'variation selector': 'zom\ufe0fbie',
	'tag character': 'zom\u{e0061}bie',
	'control character': 'zom\u0007bie',
	'precomposed accent': 'zómbie',
	'combining accents': 'z\u0327o\u0301m\u0300bie\u0308',
	'full width': 'ｚｏｍｂｉｅ',
	mathematical: '𝐳𝐨𝐦𝐛𝐢𝐞',
	circled: 'ⓩⓞⓜⓑⓘⓔ',
	superscript: 'zomb\u2071e',
	'dotted capital I': 'ZOMB\u0130E',
	blanks: 'z o m b i e',
	'two halves': 'a zom bie',
	dots: 'z.o.m.b.i.e.',
	dash: 'zom-bie',
	'dash that is none': 'zom\u2011bie',
	underscore: 'zom_bie',
	slash: 'zom/bie',
	lines: 'zom\nbie',
	quotes: '"zombie"',
	possessive: "zombie's",
	tag: 'zom<b></b>bie',
	emoji: 'a 🧟 in a park',
	'character reference': 'zom&#98;ie',
	'named reference': 'zom&shy;bie',
	'quoted byte': '%7Aombie',
	ideograph: 'zom一bie',
	'what captions are cleaned of': 'zomshippingbie',
};

test.each(Object.entries(ZOMBIES))('a word is found when written with %s', (_, text) => {
	expect(saysAny(text, ['zombie'])).toBe(true);
});

test.each(['zombies', 'a zomb', 'azombie', 'a z ombi', 'the bombie', 'zom 2 bie', ''])(
	'a word is not found in %j',
	(text) => {
		expect(saysAny(text, ['zombie'])).toBe(false);
	},
);

test('an entry of several words matches as a phrase, and one without letters matches nothing', () => {
	expect(saysAny('in New  York', ['new york'])).toBe(true);
	expect(saysAny('newyork', ['New York'])).toBe(true);
	expect(saysAny('new in york', ['new york'])).toBe(false);
	expect(saysAny('!!!', ['!!!'])).toBe(false);
	expect(seenWords('C++ für Élan, 東京')).toEqual(['c', 'fur', 'elan', '東京']);
});
