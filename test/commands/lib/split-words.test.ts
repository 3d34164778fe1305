import { describe, expect, test } from 'vitest';
import { joinQuoted, splitWords } from '../../../commands/lib/split-words.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

describe('splitWords', () => {
	test.each([
		['a b  c', ['a', 'b', 'c']],
		['"an old man" \'a campfire\'', ['an old man', 'a campfire']],
		['“an old man” --seed 3', ['an old man', '--seed', '3']],
		['--negative="a blurry photo" x', ['--negative=a blurry photo', 'x']],
		["a dog's house", ['a', "dog's", 'house']],
		["'a dog's house' x", ["a dog's house", 'x']],
		["the '90s car", ['the', "'90s", 'car']],
		['a rock ’n roll band', ['a', 'rock', '’n', 'roll', 'band']],
		['„an old man“ "a heart” «a skull» 「a cat」', ['an old man', 'a heart', 'a skull', 'a cat']],
		['‘a heart’ ‘a skull’ --seed 7', ['a heart', 'a skull', '--seed', '7']],
		['"a heart""a skull"', ['a heart', 'a skull']],
		['"a heart"“a skull”--seed 7', ['a heart', 'a skull', '--seed', '7']],
		['„a heart“,—seed 7', ['a heart,', '—seed', '7']],
		["the 'old'—school' car", ['the', "old'—school", 'car']],
		['"a heart", “a skull”; x', ['a heart,', 'a skull;', 'x']],
		["the dogs', he said", ['the', "dogs',", 'he', 'said']],
		['"a 5" disk"', ['a 5', 'disk"']],
		['--seed=“7”', ['--seed=7']],
		['prompt:"a cat" steps:5', ['prompt:a cat', 'steps:5']],
		['a\u00a0dog\u3000and\u202fa\u2800cat', ['a', 'dog', 'and', 'a', 'cat']],
		['\u200b--seed\u2060 5\ufeff \u202ax', ['--seed', '5', 'x']],
		['👨\u200d👩\u200d👧', ['👨\u200d👩\u200d👧']],
		['""', ['']],
		['', []],
	])('%s', (line, words) => {
		expect(splitWords(line)).toEqual(words);
	});

	test('keeps a quote inside a word', () => {
		expect(splitWords('5" a="b c" d\'e')).toEqual(['5"', 'a=b c', "d'e"]);
	});

	test('accepts at most 20,000 characters', () => {
		expect(splitWords('x'.repeat(20_000))).toHaveLength(1);
		expect(() => splitWords('x'.repeat(20_001))).toThrow('The line has 20001 characters; at most 20000 are read');
	});

	test('splits a line of quotes in linear time', () => {
		expect(splitWords(`"${'\'"'.repeat(9_999)}`).length).toBeGreaterThan(0);
	});

	test('rejects an unclosed quote', () => {
		expect(() => splitWords('"an old man')).toThrow(UserError);
		expect(() => splitWords('x “an old man')).toThrow(
			'an opening quote “ that is never closed; close it with another one, or leave it out.',
		);
	});
});

describe('joinQuoted joins the words of quoted text on the command line', () => {
	test.each([
		['anagram|“a|heart”|“a|skull”|—seed|7', 'anagram|a heart|a skull|—seed|7'],
		['“a|dog”', 'a dog'],
		['‘a|dog’|x', 'a dog|x'],
		['“dog”', 'dog'],
		['„a|heart“,|«a|skull»', 'a heart,|a skull'],
		['--negative=“a|blurry|photo”', '--negative=a blurry photo'],
		['the|’90s|car', 'the|’90s|car'],
		["a|dog's|house", "a|dog's|house"],
		['“a dog|x”', '“a dog|x”'],
		['a 5"|disk"', 'a 5"|disk"'],
	])('%s', (argv, words) => {
		expect(joinQuoted(argv.split('|')).join('|')).toBe(words);
	});
});
