import { describe, expect, test } from 'vitest';
import type { OptionSpec, RawValue } from '../../../commands/lib/options.ts';
import { formField } from '../../../src/chat/form-fields.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';

const base = { summary: 'S' } as const;
const choices = ['a', 'b', 'c'];

test.each<[OptionSpec, RawValue | undefined, object]>([
	[{ ...base, kind: 'text', maxLength: 10, example: 'x' }, 'a dog', { kind: 'text', text: 'a dog' }],
	[{ ...base, kind: 'integer', min: 1, max: 9, example: 4 }, 3, { kind: 'text', text: '3' }],
	[{ ...base, kind: 'seed', example: 180 }, undefined, { kind: 'text', text: '' }],
	[{ ...base, kind: 'choice', choices, default: 'b' }, 'c', { kind: 'choice', text: 'c', choices, standard: 'b' }],
	[
		{ ...base, kind: 'names', choices, maxCount: 2, default: ['a'] },
		'a,c',
		{ kind: 'choices', text: 'a,c', choices, maxCount: 2 },
	],
	[{ ...base, kind: 'flag' }, 'yes', { kind: 'flag', text: 'yes', on: true }],
	[{ ...base, kind: 'flag' }, undefined, { kind: 'flag', text: '', on: false }],
	[
		{ ...base, kind: 'image' },
		{ blob: 'ab'.repeat(32), name: 'x.png' },
		{ kind: 'upload', text: '', of: 'image' },
	],
	[{ ...base, kind: 'embeddings' }, undefined, { kind: 'upload', text: '', of: 'embeddings' }],
	[{ ...base, kind: 'user' }, 'club:1', { kind: 'person', text: 'club:1' }],
])('%o filled with %o', (spec, given, field) => {
	expect(formField(spec, given)).toEqual(field);
});

describe('a model', () => {
	const spec: OptionSpec = { ...base, kind: 'model' };

	test('is chosen from the installed ones of its stage', () => {
		const names = ['fake-if', 'fake-xl'];
		expect(formField(spec, 'fake-xl', FAKE_MODELS)).toEqual({
			kind: 'choice',
			text: 'fake-xl',
			choices: names,
			standard: 'fake-if',
		});
	});

	test('is a text field if none is known', () => {
		expect(formField(spec, 'fake-xl')).toEqual({ kind: 'text', text: 'fake-xl' });
	});
});
