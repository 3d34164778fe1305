import { describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { RawOptions } from '../../../commands/lib/options.ts';
import { checkEarly, parseOptions } from '../../../commands/lib/parse-options.ts';
import { UserError } from '../../../gpu/jobs/index.ts';

const model = {
	name: 'tiny',
	summary: 'For tests.',
	stage: 1,
	revision: '1',
	sampleSize: 8,
	parameters: 1000,
	guidanceScale: 4,
	textWidth: 384,
} as const;
const surroundings = {
	models: {
		usable: [model, { ...model, name: 'tidy' }, { ...model, name: 'large', stage: 2 } as const],
		damaged: [{ name: 'broken', damage: 'unet/config.json: field "foo" is not known' }],
	},
	drawSeed: () => 77,
};

function parse(name: string, raw: Record<string, string | number>) {
	const command = commands.find((candidate) => candidate.name === name)!;
	return parseOptions(name, command.options, raw, surroundings);
}

/** The message of the UserError, which must be on one line. */
function complaint(name: string, raw: Record<string, string | number>): string {
	try {
		parse(name, raw);
	} catch (error) {
		expect(error).toBeInstanceOf(UserError);
		const { message } = error as UserError;
		expect(message).not.toContain('\n');
		expect(message).toMatch(/\.$/);
		expect(message.length).toBeLessThan(300);
		return message;
	}
	throw new Error(`accepted: ${JSON.stringify(raw)}`);
}

describe('an absent option', () => {
	test('gets its default; the seed is drawn and the model is the first', () => {
		expect(parse('generate', {})).toMatchObject({
			prompt: 'a high quality photo',
			count: 1,
			seed: 77,
			model,
			sampler: 'auto',
			timesteps: 'auto',
			negative: '',
			steps: undefined,
		});
	});

	test('is the same as an empty prompt', () => {
		expect(parse('generate', { prompt: '  ' })).toMatchObject({ prompt: 'a high quality photo' });
	});

	test.each([
		['\u200ba\u00a0do\u00adg\u2060 \ufeff', 'a dog'],
		['\u200b\u200d', 'a high quality photo'],
		['a\u200d dog\u200c', 'a dog'],
		['👩\u200d🚀 and 🏴\u200d☠\ufe0f, ❤\ufe0f', '👩\u200d🚀 and 🏴\u200d☠\ufe0f, ❤\ufe0f'],
		['می\u200cخواهم', 'می\u200cخواهم'],
		['one\ntwo', 'one\ntwo'],
	])('a prompt %j is read as %j', (prompt, read) => {
		expect(parse('generate', { prompt })).toMatchObject({ prompt: read });
	});

	test.each([
		[['', 'a wug', 'two wugs'], 'a wug', 'two wugs'],
		[['', 'a wug'], 'a wug', 'a zax'],
		[['a zax', 'a hat', 'a high hat'], 'a hat', 'a zax'],
		[[], 'a hat', 'a zax'],
	])('defaults to prompts that the model reads, if it reads only %j', (knownPrompts, prompt, prompt2) => {
		const reader = { ...model, knownPrompts, defaultPrompts: ['a hat', 'a zax'] };
		const { options } = commands.find(({ name }) => name === 'anagram')!;
		const models = { usable: [reader], damaged: [] };
		expect(parseOptions('anagram', options, {}, { ...surroundings, models })).toMatchObject({ prompt, prompt2 });
	});

	test('defaults to a prompt that the model draws well, unless the course fixes one', () => {
		const proud = { ...model, name: 'proud', defaultPrompts: ['a wug', 'two wugs'] };
		const parsed = (name: string, raw: RawOptions) => {
			const { options } = commands.find((candidate) => candidate.name === name)!;
			return parseOptions(
				name,
				options,
				{ model: 'proud', ...raw },
				{
					...surroundings,
					models: { usable: [model, proud], damaged: [] },
				},
			);
		};
		expect(parsed('generate', {})).toMatchObject({ prompt: 'a wug' });
		expect(parsed('generate', { prompt: 'a hat' })).toMatchObject({ prompt: 'a hat' });
		expect(parsed('generate', { model: model.name })).toMatchObject({ prompt: 'a high quality photo' });
		expect(parsed('anagram', { prompt: ' ', prompt2: '' })).toMatchObject({ prompt: 'a wug', prompt2: 'two wugs' });
		expect(parsed('hybrid', { prompt: '' })).toMatchObject({ prompt: 'a wug', prompt2: 'two wugs' });
		expect(parsed('anagram', { model: model.name })).toMatchObject({
			prompt: 'an oil painting of an old man',
			prompt2: 'an oil painting of people around a campfire',
		});
		const image = { blob: 'a'.repeat(64), name: 'sketch.png' };
		expect(parsed('hybrid', { reference: image })).toMatchObject({ prompt: 'a wug', prompt2: undefined });
		expect(parsed('hybrid', { reference: image, prompt2: 'a hat' })).toMatchObject({
			prompt: undefined,
			prompt2: 'a hat',
		});
		for (const name of ['edit', 'denoise', 'inpaint']) {
			expect(parsed(name, { image })).toMatchObject({ prompt: 'a high quality photo' });
		}
	});

	test('defaults to the course’s sampler in /edit', () => {
		const image = { blob: 'a'.repeat(64), name: 'sketch.png' };
		const { options } = commands.find(({ name }) => name === 'edit')!;
		const values = parseOptions('edit', options, { image }, surroundings);
		expect(values).toMatchObject({ sampler: 'course', start: [1, 3, 5, 7, 10, 20], image });
	});

	test('is asked for if it is required', () => {
		expect(complaint('edit', {})).toContain('/edit needs image');
		expect(complaint('edit', { image: '' })).toMatch(/^Please fill this in: image is a PNG/);
	});

	test.each([
		['anagram', { prompt: 'a heart' }, 'prompt2'],
		['anagram', { prompt: 'a heart', prompt2: ' ' }, 'prompt2'],
		['anagram', { prompt2: 'a heart' }, 'prompt'],
		['hybrid', { prompt: 'a skull' }, 'prompt2'],
	])('/%s asks for the other prompt when given only %j', (name, given, lacking) => {
		const sentence = `/${name} needs ${lacking} too: a text of at most 1000 characters, for example "`;
		expect(complaint(name, given)).toContain(sentence);
		expect(() => checkEarly(name, commands.find((each) => each.name === name)!.options, given)).toThrow(sentence);
	});
});

describe('values within their limits', () => {
	test('are converted', () => {
		const raw = { seed: '4294967295', steps: ' 1000 ', guidance: '7.5', count: 9, model: 'tidy', sampler: 'Course' };
		expect(parse('generate', raw)).toMatchObject({
			seed: 4294967295,
			steps: 1000,
			guidance: 7.5,
			count: 9,
			model: { name: 'tidy' },
			sampler: 'course',
		});
	});
});

describe('a flag', () => {
	const specs = { animate: { kind: 'flag', summary: 'Moves' } } as const;
	const flag = (animate?: string) => parseOptions('anagram', specs, { animate }, surroundings).animate;

	test('is off when absent', () => {
		expect(flag()).toBe(false);
		expect(flag('')).toBe(false);
	});

	test.each(['yes', 'true', 'On', ' 1 '])('%j switches it on', (value) => expect(flag(value)).toBe(true));

	test.each(['no', 'False', 'off', '0'])('%j switches it off', (value) => expect(flag(value)).toBe(false));

	test('rejects anything else', () => {
		expect(() => flag('perhaps')).toThrow('animate must be yes or no; got "perhaps".');
	});
});

describe('a list of numbers', () => {
	const region = {
		kind: 'numbers',
		summary: 'R',
		min: 0,
		max: 1,
		count: 4,
		example: '0,0,1,1',
	} as const;
	const given = (text?: string) => parseOptions('inpaint', { region }, { region: text }, surroundings).region;

	test('is separated by commas or spaces', () => {
		expect(given('0.25,.5, 1 0')).toEqual([0.25, 0.5, 1, 0]);
	});

	test('is undefined without a default', () => {
		expect(given()).toBeUndefined();
	});

	test.each(['0,0,1', '0,0,1,1,1', '0,0,1,2', '0,0,1,x', '-0.1,0,1,1', '1e-3,0,1,1'])('rejects %j', (text) => {
		expect(() => given(text)).toThrow('region must be 4 numbers from 0 to 1, for example 0,0,1,1; got');
	});
});

describe('one clear sentence rejects', () => {
	test.each([
		[{ seed: '-1' }, /^seed must be a whole number from 0 to 4294967295, for example 180; got "-1"/],
		[{ seed: 'abc' }, /^seed must be .*got "abc"/],
		[{ seed: '4294967296' }, /^seed must be/],
		[{ seed: '1.5' }, /^seed must be/],
		[{ steps: '0' }, /^steps must be a whole number from 1 to 1000.*got "0"/],
		[{ steps: '100000' }, /^steps must be .*got "100000"/],
		[{ guidance: '7,5' }, /^guidance must be a number .*; got "7,5" \(did you mean "7\.5"\?\)\.$/],
		[{ guidance: 'NaN' }, /^guidance must be a number/],
		[{ guidance: '1e9' }, /^guidance must be a number/],
		[{ count: '10' }, /^count must be a whole number from 1 to 9/],
		[{ prompt: 'x'.repeat(5000) }, /^prompt must be a text of at most 1000 characters.*5000 characters/],
		[{ model: 'tidi' }, /did you mean "tidy".*installed: tiny, tidy/],
		[{ model: 'large' }, /^model must be .*got "large", a stage 2 model; installed: tiny, tidy/],
		[{ model: 'broken' }, /^The model "broken" cannot be used: unet\/config.json: field "foo"/],
		[
			{ sampler: 'euler' },
			/^sampler must be one of auto, course, ddpm, ddim, dpmpp-2m, heun, euler-ancestral; got "euler"/,
		],
		[{ stpes: '5' }, /^\/generate has no option "stpes" \(did you mean "steps"\?\); its options are prompt, count/],
	])('%j', (raw, sentence) => {
		expect(complaint('generate', raw as Record<string, string>)).toMatch(sentence);
	});

	test('an unknown view', () => {
		const raw = { prompt: 'a', prompt2: 'b', view: 'flap' };
		expect(complaint('anagram', raw)).toMatch(/^view must be 1 to 3 of flip, .*; got "flap" \(did you mean "flip"\?\)/);
	});

	test('a missing stage II model', () => {
		const specs = { model: { kind: 'model', summary: 'M', stage: 2 } } as const;
		expect(parseOptions('upscale', specs, {}, surroundings)).toMatchObject({ model: { name: 'large' } });
		const none = { ...surroundings, models: { usable: [model], damaged: [] } };
		expect(() => parseOptions('upscale', specs, {}, none)).toThrow(/^No stage II model.*MODEL_DIR\.$/);
		expect(() => parseOptions('upscale', specs, { model: 'big' }, none)).toThrow(/got "big"; installed: none\.$/);
	});

	test('text in place of a picture', () => {
		expect(complaint('edit', { image: 'sketch.png' })).toMatch(/^image must be a PNG/);
	});

	test.each([
		['generate', 'ar', 'has no option "ar": pictures are square here, so leave it out.'],
		['generate', 'no', 'has no option "no"; it is --negative here.'],
		['generate', 's', 'has no option "s"; it is --seed here.'],
		['generate', 'V', 'has no option "V"; it is --model here.'],
		['models', 's', 'has no option "s"; it takes no options.'],
	])('in /%s the name that other bots use, %s', (name, option, sentence) => {
		expect(complaint(name, { [option]: '5' })).toBe(`/${name} ${sentence}`);
	});

	test('an option for a command without options', () => {
		expect(complaint('models', { all: '1' })).toMatch(/\/models has no option "all"; it takes no options/);
	});

	test('a name without its beginning, and suggests the full one first', () => {
		expect(complaint('course', { figures: '2.3' })).toMatch(/\(did you mean "b2\.3"\?\)/);
	});
});
