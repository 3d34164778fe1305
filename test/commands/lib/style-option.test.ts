import { expect, test } from 'vitest';
import { generate } from '../../../commands/generate.ts';
import { saysAny } from '../../../commands/lib/word-list.ts';
import { checkWords } from '../../../src/desk/access.ts';
import { jobTyped } from '../typed.ts';

const STYLE = '--style "an oil painting of"';

test.each([
	['generate a dog', { prompt: 'an oil painting of a dog' }],
	['edit a.png a dog', { prompt: 'an oil painting of a dog' }],
	['inpaint a.png a dog --region 0,0,1,.5', { prompt: 'an oil painting of a dog' }],
	['denoise a.png --prompt "a dog" --start 10', { prompt: 'an oil painting of a dog' }],
	['anagram "a dog" "a cat"', { prompts: ['an oil painting of a dog', 'an oil painting of a cat'] }],
	['hybrid "a dog" "a cat"', { prompts: ['an oil painting of a dog', 'an oil painting of a cat'] }],
	['upscale a.png "a dog"', { prompts: ['an oil painting of a dog'] }],
])('style comes before every prompt of: %s', async (line, job) => {
	expect(await jobTyped(`${line} ${STYLE}`)).toMatchObject(job);
});

test('style leaves the negative prompt alone, and needs a prompt', async () => {
	expect(await jobTyped(`generate a dog --negative "a cat" ${STYLE}`)).toMatchObject({ negativePrompt: 'a cat' });
	const lonely = jobTyped(`generate ${STYLE}`);
	await expect(lonely).rejects.toThrow('style goes before a prompt; give a prompt too, or leave it out.');
});

test('style and prompt together are as long as a prompt may be', async () => {
	const style = STYLE.slice(STYLE.indexOf('"') + 1, -1);
	const longest = 'x'.repeat(1000 - style.length - 1);
	expect(await jobTyped(`generate ${longest} ${STYLE}`)).toMatchObject({ prompt: `${style} ${longest}` });
	await expect(jobTyped(`generate ${longest}y ${STYLE}`)).rejects.toThrow(
		'style and prompt may have at most 1000 characters together; they have 1001.',
	);
});

test('a forbidden phrase cannot be split between the style and the prompt', () => {
	expect(saysAny('zombie attack', ['zombie attack'])).toBe(true);
	const options = { prompt: 'attack', style: 'a zombie' };
	expect(() => checkWords(['zombie attack'], generate.options, options)).toThrow(/word/);
	expect(() => checkWords(['zombie cat'], generate.options, options)).not.toThrow();
});
