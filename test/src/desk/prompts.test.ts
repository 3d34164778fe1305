/** /prompts, and the use of prompt files that people keep. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../../../gpu/jobs/index.ts';
import { parsePromptEmbeddings } from '../../../gpu/models/embeddings/dictionary.ts';
import { PromptFileStore } from '../../../src/store/prompt-files.ts';
import { ingest } from '../../../src/uploads/ingest.ts';
import { FAKE_WIDTH, pth } from '../../fakes/embeddings.ts';
import { FAKE_MODELS } from '../../fakes/fake-runner.ts';
import { ann, bob, type OpenDesk, openDesk, tess } from './open-desk.ts';

let open: OpenDesk;
beforeEach(async () => {
	open = await openDesk();
});
afterEach(() => open.close());

/** Stores a file, as a platform does. */
async function upload(...file: Parameters<typeof pth>) {
	const { bytes, name } = pth(...file);
	return ingest('embeddings', open.blobs, bytes, name);
}

const say = async (options: Parameters<OpenDesk['answer']>[1], user = ann) =>
	(await open.answer('prompts', options, user)).text;

const isStored = (blob: string) =>
	open.blobs.get(blob).then(
		() => true,
		() => false,
	);

/** The embeddings of the last job. */
function brought(): readonly string[] | undefined {
	const job = open.runner.submitted.at(-1)?.job as Job;
	return 'embeddings' in job ? job.embeddings : undefined;
}

const withoutEncoder = (knownPrompts: readonly string[]) => FAKE_MODELS.map((model) => ({ ...model, knownPrompts }));

describe('/prompts lists', () => {
	test('the course’s prompts for a model that reads any, or the known ones without an encoder', async () => {
		expect(await say({})).toMatch(/^fake-if reads any prompt; the course's are:\na high quality photo\n/);
		open.runner.usable = withoutEncoder(['', 'a dog', 'a cat']);
		expect(await say({})).toBe('fake-if has no text encoder, only embeddings of these prompts:\na dog\na cat');
		open.runner.usable = withoutEncoder([]);
		expect(await say({})).toMatch(/^fake-if has no text encoder, and draws only .*; add one with \/prompts add\.$/);
	});

	test('a model’s things alphabetically, and the course’s longer prompts, in one message', async () => {
		const vocabulary = JSON.parse(await readFile('assets/models/emoji-if/vocabulary.json', 'utf8'));
		open.runner.usable = [{ ...FAKE_MODELS[0], vocabulary }];
		const text = await say({});
		const lines = text.split('\n');
		expect(lines[0]).toBe('fake-if knows 265 things:');
		expect(lines[1]).toBe('A: airplane, alien, amalfi coast, ambulance, american football, and 3 more');
		expect(lines).toContain('K: kangaroo, key, kite, koala');
		const heading = lines.indexOf('It also knows these prompts of the course:');
		expect(lines.slice(1, heading).every((line) => /^[A-Z]: /.test(line))).toBe(true);
		expect(lines.slice(heading + 1)).toContain('a lithograph of a skull');
		expect(lines.slice(heading + 1)).not.toContain('a pencil');
		expect(text.length).toBeLessThan(1900);
		expect((await open.answer('models')).text).toContain('fake-if (the default): ');
		expect((await open.answer('models')).text).toContain(', knows 265 things)');
	});

	test('only own files, newest first', async () => {
		open.runner.usable = [...withoutEncoder(['a dog']), { ...FAKE_MODELS[0], name: 'narrow', textWidth: 8 }];
		await say({ action: 'add', file: await upload(['', 'a', 'b', 'c', 'd', 'e', 'f'], 'many.pth') });
		await say({ action: 'add', file: await upload(['a hat'], 'narrow.pth', 8) });
		const lines = [
			'fake-if has no text encoder, only embeddings of these prompts:',
			'a dog',
			'Your files:',
			'narrow.pth (not for fake-if: width 8, not 384): a hat',
			'many.pth: a; b; c; d; e; and 1 more',
		];
		expect((await say({})).split('\n')).toEqual(lines);
		expect((await say({}, bob)).split('\n')).toEqual(lines.slice(0, 2));
	});
});

describe('/prompts add', () => {
	test('keeps a file, and deletes one of the same name', async () => {
		const first = await upload(['', 'a dog']);
		expect(await say({ action: 'add', file: first })).toBe(
			'own.pth is kept, with 2 prompts: a dog. Only your requests use it.',
		);
		const second = await upload(['a cat']);
		expect(await say({ file: second })).toMatch(/^own.pth is kept, with one prompt: a cat\. .* use guidance 1\.$/);
		expect(await say({})).toMatch(/Your files:\nown.pth: a cat$/);
		expect(await Promise.all([first, second].map(({ blob }) => isStored(blob)))).toEqual([false, true]);
	});

	test('survives a restart', async () => {
		await say({ action: 'add', file: await upload(['a dog']) });
		const { view } = await open.again().open({ command: 'prompts', options: {}, user: ann });
		expect(view.text).toContain('own.pth: a dog');
	});

	test('rejects files that no model reads, other files, and too many, each in one sentence', async () => {
		expect(await say({ action: 'add' })).toBe(
			'add needs a file: send a .pth or .safetensors file of prompt embeddings with it.',
		);
		expect(await say({ action: 'add', file: await upload(['a dog'], 'narrow.pth', 8) })).toBe(
			"narrow.pth has embeddings of width 8, which no installed model reads (fake-if 384, fake-xl 384, fake-upscaler 384); send a file made by an installed model's text encoder.",
		);
		const text = { blob: await open.blobs.put(Buffer.from('I am a text.')), name: 'text.pth' };
		expect(await say({ action: 'add', file: text })).toMatch(
			/^text.pth is not a file of prompt embeddings; send a \.pth/,
		);
		const kept = new PromptFileStore(open.store.database);
		for (let i = 0; i < 8; i++) {
			kept.put(ann.id, { name: `${i}.pth`, blob: `${i}`.repeat(64), width: FAKE_WIDTH, prompts: ['a dog'] }, i);
		}
		const [ninth, again] = [await upload(['a cat'], 'ninth.pth'), await upload(['a cat'], '0.pth')];
		expect(await say({ action: 'add', file: ninth })).toBe(
			'You already keep 8 files, the most that one person may; remove one with /prompts remove, for example 0.pth.',
		);
		expect(await say({ action: 'add', file: again })).toMatch(/^0.pth is kept/);
	});
});

describe('/prompts remove', () => {
	test('deletes the bytes, and says so', async () => {
		const file = await upload(['a dog'], 'Own.pth');
		await say({ action: 'add', file });
		expect(await say({ action: 'remove', which: 'own.pth' })).toBe(
			'Own.pth is deleted. Pictures that were made with it stay.',
		);
		expect(await isStored(file.blob)).toBe(false);
		expect(await say({})).not.toContain('Your files');
		await open.answer('generate', { prompt: 'a dog' });
		expect(brought()).toBeUndefined();
	});

	test('says that the bytes stay if somebody else keeps the same file', async () => {
		const file = await upload(['a dog']);
		await say({ action: 'add', file });
		await say({ action: 'add', file }, bob);
		expect(await say({ action: 'remove', which: 'own.pth' })).toBe(
			'own.pth is no longer yours, but stays stored while something else needs the same file. Pictures that were made with it stay.',
		);
		expect(await isStored(file.blob)).toBe(true);
		expect(await say({ action: 'remove', file }, bob)).toMatch(/stays stored/); // Ann sent it too
		expect(await say({}, bob)).not.toContain('Your files');
	});

	test('lists the files if a name is unknown', async () => {
		expect(await say({ action: 'remove', which: 'own.pth' })).toBe(
			'You have no files of embeddings; /prompts add keeps one.',
		);
		await say({ action: 'add', file: await upload(['a dog']) });
		expect(await say({ action: 'remove' })).toBe('remove needs the name of one of your files: own.pth.');
		expect(await say({ action: 'remove', which: 'won.pth' })).toBe(
			'You have no file called “won.pth” (did you mean "own.pth"?); your files: own.pth.',
		);
		expect(await say({ action: 'remove', which: 'own.pth' }, bob)).toMatch(/^You have no file/);
	});
});

describe('/prompts export', () => {
	test('makes a file with the prompts and the empty one, which can be added', async () => {
		const view = await open.answer('prompts', { action: 'export', which: 'a dog ; a cat;a dog', model: 'fake-xl' });
		expect(view.text).toBe(
			'prompts.pth has 2 prompts and the empty one as fake-xl reads them, for torch.load(weights_only=True) or /prompts add.',
		);
		expect(view).toMatchObject({ state: 'done', personal: true, attachments: [{ filename: 'prompts.pth' }] });
		const [{ bytes }] = view.attachments!;
		const { prompts, width } = parsePromptEmbeddings(Buffer.from(bytes), 'it');
		expect({ prompts, width }).toEqual({ prompts: ['', 'a dog', 'a cat'], width: FAKE_WIDTH });
		const file = await ingest('embeddings', open.blobs, bytes, 'prompts.pth');
		expect(await say({ action: 'add', file })).toMatch(/^prompts.pth is kept, with 3 prompts/);
	});

	test('exports the course’s prompts by default, and no more than fit', async () => {
		await say({ action: 'export' });
		expect(open.runner.submitted).toMatchObject([{ job: { kind: 'embed', model: 'fake-if' } }]);
		expect((open.runner.submitted[0].job as { prompts: string[] }).prompts).toHaveLength(14);
		const many = Array.from({ length: 16 }, (_, i) => `dog ${i}`).join(';');
		expect(await say({ action: 'export', which: many })).toBe('export takes at most 15 prompts at once; got 16.');
	});

	test('requires a text encoder', async () => {
		const [first, second] = withoutEncoder(['a dog']);
		open.runner.usable = [first, FAKE_MODELS[1]];
		expect(await say({ action: 'export' })).toBe(
			'fake-if has no text encoder to read prompts with; name a model that has one: fake-xl.',
		);
		open.runner.usable = [first, second];
		expect(await say({ action: 'export' })).toMatch(/with; no installed model has one\.$/);
	});

	test('counts towards a person’s limit of requests', async () => {
		open.runner.holdAt = 1;
		const held = Array.from({ length: 4 }, () => open.ask('prompts', { action: 'export' }));
		for (const [i, { views }] of held.entries()) {
			const standing = i === 0 ? /^Step/ : /^Waiting/;
			await expect.poll(() => views.some(({ text }) => standing.test(text))).toBe(true);
		}
		expect(await say({ action: 'export' })).toMatch(/^You already have 1 running and 3 waiting/);
		expect(await say({})).toMatch(/^fake-if reads/);
		expect((await open.answer('prompts', { action: 'list' }, tess)).state).toBe('done');
		open.runner.holdAt = undefined;
		await Promise.all(held.map(({ outcome }) => outcome));
	});
});

describe('a job brings', () => {
	test('only files with its prompts if there is a text encoder for others', async () => {
		const [dogs, cats] = [await upload(['', 'a dog on the beach'], 'dogs.pth'), await upload(['a cat'], 'cats.pth')];
		for (const file of [dogs, cats]) await say({ action: 'add', file });
		const made = await open.answer('generate', { prompt: 'A dog  on the beach' });
		expect(brought()).toEqual([dogs.blob]);
		expect(made.text).toContain('Prompts found in your file dogs.pth were read from it.');
		await open.answer('generate', { prompt: 'a dog on the beacg' });
		expect(brought()).toBeUndefined();
		await open.answer('generate', { prompt: 'a hat', negative: 'a cat' });
		expect(brought()).toEqual([cats.blob]);
		await open.answer('anagram', { prompt: 'a cat', prompt2: 'a dog on the beach' });
		expect(brought()).toEqual([cats.blob, dogs.blob]);
		await open.answer('generate', { prompt: 'a dog on the beach' }, bob);
		expect(brought()).toBeUndefined();
	});

	test('all files of the right width without an encoder', async () => {
		open.runner.usable = [...withoutEncoder([]), { ...FAKE_MODELS[0], name: 'narrow', textWidth: 8 }];
		const [dogs, cats] = [await upload(['a dog'], 'dogs.pth'), await upload(['a cat'], 'cats.pth')];
		for (const file of [dogs, cats]) await say({ action: 'add', file });
		await say({ action: 'add', file: await upload(['a hat'], 'narrow.pth', 8) });
		const made = await open.answer('generate', { prompt: 'a fish' });
		expect(brought()).toEqual([cats.blob, dogs.blob]);
		expect(made.text).not.toContain('your file');
	});

	test('the command line’s files first', async () => {
		const named = await upload(['a dog'], 'named.pth');
		const kept = await upload(['', 'a dog'], 'kept.pth');
		await say({ action: 'add', file: kept }, tess);
		await open.answer('generate', { prompt: 'a dog', embeddings: named }, tess);
		expect(brought()).toEqual([named.blob, kept.blob]);
	});

	test('nothing if it does not sample from prompts', async () => {
		await say({ action: 'add', file: await upload(['', 'a dog']) });
		await say({ action: 'export', which: 'a dog' });
		expect(open.runner.submitted.at(-1)?.job).toEqual({ kind: 'embed', model: 'fake-if', prompts: ['', 'a dog'] });
	});
});
