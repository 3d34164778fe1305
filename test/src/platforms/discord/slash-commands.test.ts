import { ApplicationCommandOptionType as Type } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { defineCommand } from '../../../../commands/lib/command.ts';
import { inChats } from '../../../../commands/lib/in-chats.ts';
import type { OptionSpecs } from '../../../../commands/lib/options.ts';
import { SAMPLER_NAMES } from '../../../../gpu/jobs/index.ts';
import { slashCommands } from '../../../../src/platforms/discord/slash-commands.ts';
import { COMMAND } from '../../../fakes/discord/command-facts.ts';
import { problemsIn } from '../../../fakes/facts.ts';

const command = (options: OptionSpecs, summary = 'A command') =>
	slashCommands([
		defineCommand({ name: 'test', summary, example: '', options, run: async () => ({ text: '', figures: [] }) }),
	])[0];
const option = (name: string, options: OptionSpecs) => command(options).options!.find((each) => each.name === name)!;
const registered = (name: string) => slashCommands(commands).find((each) => each.name === name)!;

/** Every registered command or subcommand, with its options in the registry. */
const described = inChats(commands).map(({ name, options: specs }) => {
	const [first, verb] = name.split(' ');
	const { description, options } = registered(first);
	const own = verb === undefined ? { description, options } : options!.find((each) => each.name === verb)!;
	return { ...(own as { description: string; options?: { required?: boolean }[] }), name, specs };
});

/** The names to register; verbs are subcommands of their first word. */
const names = [...new Set(commands.map(({ name }) => name.split(' ')[0]))];

describe('the registry', () => {
	test.each(names)('/%s is within Discord’s limits', (name) => {
		const sent = JSON.parse(JSON.stringify(registered(name)));
		expect(problemsIn(COMMAND, sent)).toEqual([]);
	});

	test('has every command', () => {
		const all = slashCommands(commands);
		expect(all.map(({ name }) => name)).toEqual(names);
		for (const each of all) expect(each).toMatchObject({ type: 1 });
	});

	test.each(described)(
		'/$name says which option to pick where none is required',
		({ description, options = [], specs }) => {
			const [pick] = Object.keys(specs).filter((name) => specs[name].positional);
			const isLost = pick !== undefined && !options.some(({ required }) => required);
			expect(/ \(pick: (.+)\)$/.exec(description)?.[1]).toBe(isLost ? pick : undefined);
		},
	);

	test('/generate is registered like this', () => {
		const options = Object.fromEntries(registered('generate').options!.map((each) => [each.name, each]));
		expect(options.prompt).toMatchObject({ type: Type.String, max_length: 1000, autocomplete: true, required: true });
		expect(options.prompt.description).toBe('What to show, in words (for example: a high quality photo)');
		expect(options.count).toMatchObject({ type: Type.Integer, min_value: 1, max_value: 9 });
		expect(options.seed).toMatchObject({ type: Type.Integer, min_value: 0, max_value: 4294967295 });
		expect(options.guidance).toMatchObject({ type: Type.Number, min_value: 1, max_value: 100 });
		expect(options.model).toMatchObject({ type: Type.String, autocomplete: true });
		expect(options.sampler).toMatchObject({
			type: Type.String,
			choices: ['auto', ...SAMPLER_NAMES].map((name) => ({ name, value: name })),
		});
	});

	test('/help requires nothing, and says which option to pick', () => {
		expect(registered('help').description).toBe('Explain the commands, or one of them (pick: command)');
		for (const option of registered('help').options!) expect(option).not.toMatchObject({ required: true });
	});

	test('subcommands without required options say so too', () => {
		const described = registered('mnist').options!.map(({ name, description }) => [name, description]);
		expect(Object.fromEntries(described)).toMatchObject({
			sample: 'Make handwritten digits from noise, one for each digit of a number (pick: digits)',
			stop: 'Stop the running training; what it learned is kept',
		});
	});

	test('/edit takes its picture first, as an attachment or by address', () => {
		const [image, address] = registered('edit').options!;
		expect(image).toMatchObject({ name: 'image', type: Type.Attachment, required: false, file_types: ['image'] });
		expect(address).toMatchObject({ name: 'image_url', type: Type.String, required: false });
	});

	test('/inpaint has an address for each of its pictures', () => {
		const names = registered('inpaint').options!.map(({ name }) => name);
		expect(names.slice(0, 6)).toEqual(['image', 'image_url', 'prompt', 'mask', 'mask_url', 'region']);
	});
});

describe('options', () => {
	const text = { kind: 'text', summary: 'Some text', maxLength: 10, example: 'x' } as const;

	test('required ones come first and keep their order', () => {
		const { options } = command({
			a: text,
			b: { ...text, required: true },
			c: text,
			d: { ...text, required: true },
		});
		expect(options!.map(({ name }) => name)).toEqual(['b', 'd', 'a', 'c']);
	});

	test('a text without suggestions has no autocompletion', () => {
		expect(option('a', { a: text })).toEqual({
			name: 'a',
			description: 'Some text',
			type: Type.String,
			required: false,
			max_length: 10,
		});
	});

	test('a prompt has autocompletion, as a model may know only some', () => {
		expect(option('a', { a: { ...text, prompt: true } })).toMatchObject({ autocomplete: true });
	});

	test('a text is limited to Discord’s length', () => {
		expect(option('a', { a: { ...text, maxLength: 9000 } })).toMatchObject({ max_length: 6000 });
	});

	test('lists are text', () => {
		const starts = {
			kind: 'integers',
			summary: 'S',
			min: 0,
			max: 9,
			maxCount: 3,
			default: [1, 2],
			example: '1',
		} as const;
		const views = { kind: 'names', summary: 'V', choices: ['flip'], maxCount: 1, default: ['flip'] } as const;
		expect(option('starts', { starts })).toMatchObject({ type: Type.String, description: 'S (default: 1,2)' });
		expect(option('views', { views })).toMatchObject({ type: Type.String, autocomplete: true });
	});

	test('a flag is true or false', () => {
		const animate = { kind: 'flag', summary: 'Moves' } as const;
		const description = 'Moves';
		expect(option('animate', { animate })).toEqual({
			name: 'animate',
			description,
			type: Type.Boolean,
			required: false,
		});
	});

	test('embeddings are an attachment of any name, without an address option', () => {
		const { options } = command({ file: { kind: 'embeddings', summary: 'Prompts' } });
		expect(options).toEqual([{ name: 'file', description: 'Prompts', type: Type.Attachment, required: false }]);
	});

	test('more than 25 choices have autocompletion instead of a list', () => {
		const choices = Array.from({ length: 26 }, (_, i) => `choice-${i}`);
		const many = { kind: 'choice', summary: 'Many', choices, default: 'choice-0' } as const;
		expect(option('many', { many })).toMatchObject({ type: Type.String, autocomplete: true });
		expect(option('many', { many })).not.toHaveProperty('choices');
		expect(option('few', { few: { ...many, choices: choices.slice(1) } })).toHaveProperty('choices.length', 25);
	});

	test('the description has the default if there is room, except for a required option', () => {
		const long = 'x'.repeat(95);
		expect(option('a', { a: { ...text, default: 'dog' } }).description).toBe('Some text (default: dog)');
		expect(option('a', { a: { ...text, default: 'dog', summary: long } }).description).toBe(long);
		expect(option('a', { a: { ...text, default: 'dog', required: true } }).description).toBe('Some text');
	});

	test('the description names the option to pick if typed words would be lost', () => {
		const a = { ...text, positional: true } as const;
		const full = 'x'.repeat(91);
		expect(command({ b: text, a }).description).toBe('A command (pick: a)');
		expect(command({ b: { ...text, required: true }, a }).description).toBe('A command');
		expect(command({ a: { ...a, kind: 'image', required: true } }).description).toBe('A command (pick: a)');
		expect(command({ b: text }).description).toBe('A command');
		expect(command({ a }, full.slice(1)).description).toBe(`${full.slice(1)} (pick: a)`);
		expect(command({ a }, full).description).toBe(`${full.slice(2)}… (pick: a)`);
	});

	test('descriptions are cut at 100 characters', () => {
		const { description } = command({}, 'x'.repeat(101));
		expect(description).toHaveLength(100);
		expect(description.endsWith('…')).toBe(true);
		expect(command({}, `${'x'.repeat(98)}🦉🦉`).description).toBe(`${'x'.repeat(98)}…`);
	});
});
