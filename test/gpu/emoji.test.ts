import { expect, test } from 'vitest';
import { emojiAsWords } from '../../gpu/emoji.ts';

test.each([
	['🐶', 'dog face'],
	['🚀 in the sky', 'rocket in the sky'],
	['a🐱', 'a cat face'],
	['❤️ and ❤', 'red heart and ❤'],
	['👍🏽', 'thumbs up'],
	['👩‍🚀', 'woman astronaut'],
	['a dog, 2 cats and  a 夜', 'a dog, 2 cats and  a 夜'],
	['', ''],
])('%s', (text, words) => {
	expect(emojiAsWords(text)).toBe(words);
});
