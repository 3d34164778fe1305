import { ComponentType, TextInputStyle } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { commands as registry } from '../../../../commands/index.ts';
import { defineCommand } from '../../../../commands/lib/command.ts';
import { inChats } from '../../../../commands/lib/in-chats.ts';
import type { OptionSpecs, RawOptions } from '../../../../commands/lib/options.ts';
import { modal } from '../../../../src/platforms/discord/modal.ts';
import { MODAL } from '../../../fakes/discord/facts.ts';
import type { FakeModal } from '../../../fakes/discord/world.ts';
import { problemsIn } from '../../../fakes/facts.ts';

const commands = inChats(registry);
const picture = { blob: 'ab'.repeat(32), name: 'sketch.png' };
const command = (options: OptionSpecs) =>
	defineCommand({ name: 'test', summary: 'S', example: '', options, run: async () => ({ text: '', figures: [] }) });
const shown = (name: string, given: RawOptions = {}) =>
	modal(commands.find((each) => each.name === name)!, given, 'key') as unknown as FakeModal;
const fields = (options: OptionSpecs, given: RawOptions = {}) =>
	modal(command(options), given, 'key').components.map((each) => ('component' in each ? each.component : each));
const names = ({ components }: FakeModal) => components.map(({ component }) => component.custom_id);

describe('the form of a command', () => {
	test.each(commands.filter(({ options }) => Object.keys(options).length > 0).map(({ name }) => name))(
		'/%s keeps every limit of Discord',
		(name) => {
			const long = 'x'.repeat(7000);
			const texts = Object.entries(commands.find((each) => each.name === name)!.options).map(([option]) => [
				option,
				long,
			]);
			expect(problemsIn(MODAL, JSON.parse(JSON.stringify(shown(name))))).toEqual([]);
			expect(problemsIn(MODAL, JSON.parse(JSON.stringify(shown(name, Object.fromEntries(texts)))))).toEqual([]);
		},
	);

	test('asks for missing pictures first, and not for a given one', () => {
		expect(names(shown('inpaint'))).toEqual(['image', 'mask', 'prompt', 'region', 'feather']);
		expect(names(shown('inpaint', { image: picture }))).toEqual(['mask', 'prompt', 'region', 'feather', 'rule']);
		expect(names(shown('edit', { image: picture }))).toEqual(['prompt', 'start', 'fit', 'seed', 'steps']);
	});

	test('asks for set options before others, and always for the prompt', () => {
		const set = { seed: 7, timesteps: 'auto', guidance: 5, sampler: 'ddim', steps: '', eta: 0.5 };
		expect(names(shown('generate', set))).toEqual(['prompt', 'seed', 'guidance', 'sampler', 'eta']);
		expect(names(shown('edit', { image: picture, start: '1,3,5,7,10,20', count: 2, negative: 'rain' }))).toEqual([
			'prompt',
			'start',
			'fit',
			'negative',
			'count',
		]);
	});

	test('has a title, and explains each field', () => {
		const { title, custom_id, components } = shown('edit');
		expect({ title, custom_id }).toEqual({ title: '/edit', custom_id: 'key' });
		expect(components[0]).toMatchObject({
			type: ComponentType.Label,
			label: 'image',
			description: 'The picture to start from; fit says how it becomes square',
		});
	});
});

describe('a field', () => {
	const base = { summary: 'S' } as const;

	test('for a text has several lines, and its previous value', () => {
		const text = { ...base, kind: 'text', example: 'x' } as const;
		const given = { long: 'a dog', short: 'x'.repeat(99) };
		expect(fields({ long: { ...text, maxLength: 1000 }, short: { ...text, maxLength: 40 } }, given)).toMatchObject([
			{ type: ComponentType.TextInput, style: TextInputStyle.Paragraph, max_length: 1000, value: 'a dog' },
			{ type: ComponentType.TextInput, style: TextInputStyle.Short, max_length: 40, value: `${'x'.repeat(39)}…` },
		]);
	});

	test('for a picture accepts one file, which is optional unless required', () => {
		expect(fields({ a: { ...base, kind: 'image' }, b: { ...base, kind: 'image', required: true } })).toMatchObject([
			{ type: ComponentType.FileUpload, min_values: 0, max_values: 1, required: false, file_types: ['image'] },
			{ type: ComponentType.FileUpload, min_values: 1, max_values: 1, required: true },
		]);
	});

	test('for embeddings accepts any file name, as Discord has no such type', () => {
		const [field] = fields({ a: { ...base, kind: 'embeddings' } });
		expect(field).toEqual({
			type: ComponentType.FileUpload,
			custom_id: 'a',
			required: false,
			min_values: 0,
			max_values: 1,
		});
	});

	test('for a choice has the given one or the default selected', () => {
		const rule = { ...base, kind: 'choice', choices: ['a', 'b'], default: 'a' } as const;
		const chosen = (given: RawOptions) => {
			const [field] = fields({ rule }, given) as { options: { value: string; default: boolean }[] }[];
			return field.options.filter((option) => option.default).map(({ value }) => value);
		};
		expect(chosen({})).toEqual(['a']);
		expect(chosen({ rule: 'b' })).toEqual(['b']);
	});

	test('for more than 25 choices is a text field', () => {
		const choices = Array.from({ length: 26 }, (_, i) => `choice-${i}`);
		const [field] = fields({ many: { ...base, kind: 'choice', choices, default: 'choice-0' } });
		expect(field).toMatchObject({ type: ComponentType.TextInput, max_length: 200 });
	});

	test('for a flag is a checkbox, ticked if it was given', () => {
		const flags = { a: { ...base, kind: 'flag' }, b: { ...base, kind: 'flag' } } as const;
		expect(fields(flags, { b: 'true' })).toEqual([
			{ type: ComponentType.Checkbox, custom_id: 'a', default: false },
			{ type: ComponentType.Checkbox, custom_id: 'b', default: true },
		]);
	});

	test('for a number is a line that gives the range', () => {
		const [field] = fields({ n: { ...base, kind: 'integer', min: 1, max: 9, example: 4 } }, { n: 7 });
		expect(field).toMatchObject({ placeholder: 'a whole number from 1 to 9, for example 4', value: '7' });
	});
});
