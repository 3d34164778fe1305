import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import { parseWords } from '../../../commands/lib/parse-text.ts';
import { splitWords } from '../../../commands/lib/split-words.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

const command = (name: string) => commands.find((candidate) => candidate.name === name)!;

describe('parseWords', () => {
	test.each<[string, string[], Record<string, string>]>([
		['generate', ['a', 'red', 'house', '--seed', '3'], { prompt: 'a red house', seed: '3' }],
		['generate', ['--steps=20', 'a dog', '--seed', '-1'], { steps: '20', prompt: 'a dog', seed: '-1' }],
		['edit', ['sketch.png', 'a', 'rocket'], { image: 'sketch.png', prompt: 'a rocket' }],
		['anagram', ['an old man', 'a campfire'], { prompt: 'an old man', prompt2: 'a campfire' }],
		['anagram', ['--prompt2', 'a campfire', 'an old man'], { prompt: 'an old man', prompt2: 'a campfire' }],
		['queue', ['cancel', 'abc'], { action: 'cancel', job: 'abc' }],
		['anagram', ['cat', 'dog'], { prompt: 'cat', prompt2: 'dog' }],
		['anagram', ['cat,', 'dog'], { prompt: 'cat', prompt2: 'dog' }],
		['anagram', ['an old man;', 'a campfire'], { prompt: 'an old man', prompt2: 'a campfire' }],
		['anagram', 'a cat | a dog'.split(' '), { prompt: 'a cat', prompt2: 'a dog' }],
		['hybrid', ['a red, old skull', 'the sea'], { prompt: 'a red, old skull', prompt2: 'the sea' }],
		['generate', ['a cat,', 'a dog', '|', 'a bird'], { prompt: 'a cat, a dog | a bird' }],
		['generate', ['a', 'dog', '—seed', '5', '–steps=4'], { prompt: 'a dog', seed: '5', steps: '4' }],
		['generate', ['－ｓｅｅｄ', '５', '-Steps', '4'], { seed: '５', steps: '4' }],
		['generate', ['a', 'well', '-lit', 'room', '—', '–', '—sed'], { prompt: 'a well -lit room — – —sed' }],
		['generate', ['a dog', '--seed', '−1'], { prompt: 'a dog', seed: '−1' }],
		['generate', 'prompt:a cat steps:5'.split(' '), { prompt: 'a cat', steps: '5' }],
		['generate', 'prompt: a cat Seed:７ count:2'.split(' '), { prompt: 'a cat', seed: '７', count: '2' }],
		['generate', 'a cat steps:5 negative:x model:t'.split(' '), { prompt: 'a cat negative:x model:t', steps: '5' }],
		[
			'generate',
			'seed:5 prompt:a cat: at 5:30 --steps 3'.split(' '),
			{ seed: '5', prompt: 'a cat: at 5:30', steps: '3' },
		],
		['generate', ['model:', 'a', 'T-Ford'], { prompt: 'model: a T-Ford' }],
		[
			'anagram',
			'prompt:a cat prompt2:a dog view:flip animate:True'.split(' '),
			{ prompt: 'a cat', prompt2: 'a dog', view: 'flip', animate: 'True' },
		],
		['generate', 'a cat - count dracula — model'.split(' '), { prompt: 'a cat - count dracula — model' }],
		['generate', 'a cat —ar 16:9 —v 5'.split(' '), { prompt: 'a cat', ar: '16:9', v: '5' }],
		['generate', 'prompt: a cat steps: 5'.split(' '), { prompt: 'a cat', steps: '5' }],
		['generate', 'seed: 3 prompt: a cat'.split(' '), { seed: '3', prompt: 'a cat' }],
		['generate', 'a cat steps: 5 sampler: ddim'.split(' '), { prompt: 'a cat', steps: '5', sampler: 'ddim' }],
		['generate', 'a dog --seed= 5 --steps = 4'.split(' '), { prompt: 'a dog', seed: '5', steps: '4' }],
		['generate', 'steps: a staircase'.split(' '), { prompt: 'steps: a staircase' }],
		['generate', ['--negative=', '5 dogs'], { negative: '', prompt: '5 dogs' }],
		['generate', [], {}],
	])('/%s %j', (name, words, values) => {
		expect(parseWords(command(name), words)).toEqual(values);
	});

	test('a flag does not take the word after it', () => {
		const options = { ...command('generate').options, animate: { kind: 'flag', summary: 'Moves' } } as const;
		const parse = (...words: string[]) => parseWords({ ...command('generate'), options }, words);
		expect(parse('--animate', 'a', 'dog')).toEqual({ animate: 'yes', prompt: 'a dog' });
		expect(parse('a dog', '--animate')).toEqual({ animate: 'yes', prompt: 'a dog' });
		expect(parse('--animate=no', 'a dog')).toEqual({ animate: 'no', prompt: 'a dog' });
		expect(() => parse('--animate', '--animate')).toThrow('animate is given twice');
	});

	test('a flag takes a yes or no that ends the line, or stands before an option', () => {
		const parse = (line: string) => parseWords(command('generate'), splitWords(line));
		expect(parse('a dog --upscale no')).toEqual({ prompt: 'a dog', upscale: 'no' });
		expect(parse('a dog --upscale Off --seed 5')).toEqual({ prompt: 'a dog', upscale: 'Off', seed: '5' });
		expect(parse('a dog —upscale true —seed 5')).toEqual({ prompt: 'a dog', upscale: 'true', seed: '5' });
		expect(parse('--upscale on the beach')).toEqual({ prompt: 'on the beach', upscale: 'yes' });
		const digits = splitWords('--animate 1');
		expect(parseWords(command('mnist sample'), digits)).toEqual({ digits: '1', animate: 'yes' });
	});

	test('a word fills a file’s place only if it names a file', () => {
		const paths =
			(...known: string[]) =>
			(_: unknown, word: string) =>
				known.includes(word);
		const parse = (line: string, ...known: string[]) => parseWords(command('edit'), splitWords(line), paths(...known));
		expect(parse('a.png a rocket', 'a.png')).toEqual({ image: 'a.png', prompt: 'a rocket' });
		expect(parse('a rocket', 'a.png')).toEqual({ prompt: 'a rocket' });
		expect(parse('a rocket --image b.png')).toEqual({ image: 'b.png', prompt: 'a rocket' });
	});

	test.each<[string, string[], RegExp]>([
		['generate', ['--seed'], /seed needs a value: a whole number/],
		['generate', ['--seed', '--steps', '3'], /seed needs a value/],
		['generate', ['--seed', '1', '--seed', '2'], /seed is given twice/],
		['generate', 'a dog - seed 5'.split(' '), /^"seed" is the name of an option: write --seed, without a space\.$/],
		['anagram', 'a heart — view flip'.split(' '), /^"view" is the name/],
		['generate', 'a dog--steps 2'.split(' '), /^"dog--steps" lacks a space: write dog --steps\.$/],
		['generate', 'a dog—Seed=2'.split(' '), /^"dog—Seed" lacks a space: write dog —Seed\.$/],
		['generate', 'a dog --steps 5--seed 3'.split(' '), /^"5--seed" lacks a space: write 5 --seed\.$/],
		['anagram', ['a heart--view', 'flip'], /^"a heart--view" lacks a space: write a heart --view\.$/],
		[
			'generate',
			['a dog', '--tile'],
			/^\/generate has no option "tile": there is nothing like it here, so leave it out\.$/,
		],
		['generate', ['a dog', '--wug'], /^\/generate has no option "wug"; its options are prompt/],
		['models', ['all'], /\/models has no place for "all": it takes no options\.$/],
		['mnist status', ['latest'], /has no place for "latest": its options must be named, such as --run\.$/],
		['anagram', 'a cat a dog'.split(' '), /^Put each prompt in quotes: \/anagram "a cat" "a dog"$/],
		['anagram', 'a cat'.split(' '), /"a cat" "another prompt"$/],
		['hybrid', 'a skull, waterfalls'.split(' '), /"a skull" "waterfalls"$/],
		['hybrid', 'blue skull, waterfalls'.split(' '), /"blue skull" "waterfalls"$/],
		['anagram', 'a cat and a dog'.split(' '), /"a cat" "a dog"$/],
		['anagram', 'black and white cat and a dog'.split(' '), /"black and white cat" "a dog"$/],
		['anagram', 'a cat, a dog and a bird'.split(' '), /"a cat" "a dog and a bird"$/],
		['anagram', '“a heart ‘a skull'.split(' '), /"a heart" "a skull"$/],
		['anagram', 'an old man by a campfire'.split(' '), /"an old man by" "a campfire"$/],
		[
			'hybrid',
			'red house on fire blue sea'.split(' '),
			/^Put each prompt in quotes: \/hybrid "red house on" "fire blue sea"$/,
		],
	])('/%s %j is rejected', (name, words, sentence) => {
		expect(() => parseWords(command(name), words)).toThrow(sentence);
		expect(() => parseWords(command(name), words)).toThrow(UserError);
	});
});
