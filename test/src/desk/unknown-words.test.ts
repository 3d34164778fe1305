import { readFile } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { type Job, jobSchema } from '../../../gpu/jobs/index.ts';
import type { ModelSummary } from '../../../gpu/queue/runner.ts';
import { unknownWordNotes } from '../../../src/desk/unknown-words.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { openDesk } from './open-desk.ts';

const FOLDER = 'assets/models/emoji-if';
const read = async (file: string) => JSON.parse(await readFile(`${FOLDER}/${file}`, 'utf8'));

const vocabulary = await read('vocabulary.json');
const { defaultPrompts } = (await read('model_index.json')).flipside;
const EXAMPLES = 'for example “a photo of a dog”, “a lithograph of a skull”';
const models = {
	usable: [{ ...FAKE_MODELS[0], name: 'emoji-if', vocabulary, defaultPrompts } as ModelSummary],
	damaged: [],
};

const sampling = { model: 'emoji-if', seed: 1, guidanceScale: 4, negativePrompt: '', sampler: 'ddpm' };
const noteOn = (prompt: string) =>
	unknownWordNotes(jobSchema.parse({ kind: 'generate', ...sampling, prompt, count: 1 }), models);

test.each([
	['pikachu', `emoji-if does not know “pikachu”; it knows 265 things, ${EXAMPLES}; /prompts lists them.`],
	[
		'my professor says hello',
		`emoji-if does not know “professor”, “says”, “hello”; it knows 265 things, ${EXAMPLES}; /prompts lists them.`,
	],
	[
		'a photo of a dragno',
		'emoji-if does not know “dragno”; it knows 265 things, nearest in spelling: dragon; /prompts lists them.',
	],
	['夜', `emoji-if does not know “夜”; it knows 265 things, ${EXAMPLES}; /prompts lists them.`],
])('%s', (prompt, note) => {
	expect(noteOn(prompt)).toEqual([note]);
});

test.each(['', 'two dogs', '3 cats and the 2 trees', '🐶', '🚀 on my house', 'a high quality photo', 'A DOG!'])(
	'%j needs no note',
	(prompt) => {
		expect(noteOn(prompt || ' ')).toEqual([]);
	},
);

test('there is no note for the judged prompts, except those with words that were never taught', async () => {
	const prompts: Record<string, [string, ...unknown[]][]> = await read('train/prompts.json');
	for (const [group, rows] of Object.entries(prompts)) {
		const noted = rows.filter(([prompt]) => noteOn(prompt).length > 0);
		if (group === 'words never in a caption') expect(noted.length).toBeGreaterThan(rows.length / 2);
		else expect(noted).toEqual([]);
	}
});

test('all prompts of an anagram are checked, and a model without a vocabulary has no notes', () => {
	const job = { kind: 'anagram', ...sampling, prompts: ['a dog', 'a wug'], views: ['flip'] };
	expect(unknownWordNotes(jobSchema.parse(job) as Job, models)).toEqual([expect.stringContaining('“wug”')]);
	const elsewhere = jobSchema.parse({ ...job, model: 'fake-if' });
	expect(unknownWordNotes(elsewhere, { usable: FAKE_MODELS, damaged: [] })).toEqual([]);
});

test('the note names some of a model’s things if it has no default prompts', () => {
	const silent = { usable: [{ ...models.usable[0], defaultPrompts: undefined }], damaged: [] };
	const job = jobSchema.parse({ kind: 'generate', ...sampling, prompt: 'pikachu', count: 1 });
	expect(unknownWordNotes(job, silent)[0]).toContain(
		'for example “a hipster barista”, “a man wearing a hat”, “a snowy',
	);
});

test('the note comes with the picture, based on the models at the time of the request', async () => {
	const open = await openDesk();
	const asked = vi.spyOn(open.runner, 'models').mockResolvedValueOnce(models);
	const { text } = await open.answer('generate', { prompt: 'a wug' });
	expect(text).toContain('emoji-if does not know “wug”; it knows 265 things');
	expect(asked).toHaveBeenCalledOnce();
	await open.close();
});
