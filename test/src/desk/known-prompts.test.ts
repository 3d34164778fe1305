import { expect, test } from 'vitest';
import { edit } from '../../../commands/edit.ts';
import { COURSE_PROMPTS } from '../../../commands/lib/prompts.ts';
import { queue } from '../../../commands/queue.ts';
import { upscale } from '../../../commands/upscale.ts';
import { knownPrompts } from '../../../src/desk/known-prompts.ts';
import { FAKE_WIDTH } from '../../fakes/embeddings.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { ann } from './open-desk.ts';

const [reader, other, stageII] = FAKE_MODELS;
const models = {
	usable: [reader, { ...other, knownPrompts: ['', 'A Dog', 'a cat'] }, { ...stageII, knownPrompts: [] }],
	damaged: [],
};
const file = (prompts: readonly string[], width = FAKE_WIDTH) => ({
	name: 'own.pth',
	blob: 'a'.repeat(64),
	prompts,
	width,
});
const asker = { user: ann, settings: {}, files: [file(['a hat', 'a cat', '']), file(['too narrow'], 8)] };

test('a model with a text encoder can read any prompt', () => {
	expect(knownPrompts(edit, {}, asker, models)).toBeUndefined();
	expect(knownPrompts(edit, { model: reader.name }, asker, models)).toBeUndefined();
});

test('without one the known prompts are those of matching files and of the model, without duplicates or the empty one', () => {
	expect(knownPrompts(edit, { model: other.name }, asker, models)).toEqual(['a hat', 'a cat', 'A Dog']);
	expect(knownPrompts(upscale, {}, asker, models)).toEqual(['a hat', 'a cat']);
});

test('the channel’s default model is used if none is chosen', () => {
	expect(knownPrompts(edit, {}, { ...asker, settings: { model: other.name } }, models)).toContain('A Dog');
});

test('a missing model, or a command without one, has no known prompts', () => {
	expect(knownPrompts(edit, { model: 'gone' }, asker, models)).toBeUndefined();
	expect(knownPrompts(queue, {}, asker, models)).toBeUndefined();
});

test('a model with a vocabulary has the course’s prompts and its things', () => {
	const taught = { ...reader, vocabulary: { things: ['a wug'], words: ['a', 'wug'] } };
	const offered = knownPrompts(edit, { model: reader.name }, asker, { ...models, usable: [taught] });
	expect(offered).toEqual([...COURSE_PROMPTS, 'a wug']);
});
