import { expect, test } from 'vitest';
import { parsePromptEmbeddings } from '../../../../gpu/models/embeddings/dictionary.ts';
import type { WireMessage, WirePrompts } from '../../../../src/platforms/console/wire.ts';
import { pth } from '../../../fakes/embeddings.ts';
import { FAKE_MODELS } from '../../../fakes/fake-runner.ts';
import { console_, freshConsole, url } from './fresh-console.ts';
import { ask, fetch, message } from './harness.ts';

freshConsole();

const done = ({ state }: WireMessage) => state === 'done';

function file(): File {
	const { bytes, name, type } = pth(['', 'a dog']);
	return new File([new Uint8Array(bytes)], name, { type });
}

test.each<Record<string, string | File>>([
	{ 'option.action': 'add', command: 'prompts', 'option.file': file() },
	{ line: '/prompts add', attachment: file() },
])('/prompts add keeps a file from a form and from a typed line', async (fields) => {
	expect(await ask(url, fields)).toMatchObject({ status: 202 });
	const { title, text, inputs } = await message(url, done);
	expect({ title, text, inputs }).toEqual({
		title: '/prompts add own.pth',
		text: 'own.pth is kept, with 2 prompts: a dog. Only your requests use it.',
		inputs: [],
	});
});

test('the page can ask for the prompts that a model knows, including those in the person’s own files', async () => {
	const [first, second] = FAKE_MODELS;
	const known = async (command: string, model = '') => {
		const answer = await fetch(`${url}/api/prompts?${new URLSearchParams({ command, model })}`);
		return ((await answer.json()) as WirePrompts).known;
	};
	expect(await known('generate')).toBeUndefined();
	console_.runner.usable = [first, { ...second, knownPrompts: ['', 'a hat', 'a dog'] }];
	await ask(url, { command: 'prompts', 'option.action': 'add', 'option.file': file() });
	await message(url, done);
	expect(await known('generate', second.name)).toEqual(['a dog', 'a hat']);
	expect(await known('generate', first.name)).toBeUndefined();
	expect(await known('queue')).toBeUndefined();
	expect(await known('nothing')).toBeUndefined();
});

test('/prompts export makes a file to download', async () => {
	await ask(url, { line: '/prompts export a red fox; a hat' });
	const { text, files } = await message(url, done);
	expect(text).toContain('prompts.pth has 2 prompts');
	expect(files).toMatchObject([{ name: 'prompts.pth' }]);
	const response = await fetch(url + files[0].url);
	expect(Object.fromEntries(response.headers)).toMatchObject({
		'content-type': 'application/octet-stream',
		'content-disposition': 'attachment',
	});
	const { prompts } = parsePromptEmbeddings(Buffer.from(await response.arrayBuffer()), 'it');
	expect(prompts).toEqual(['', 'a red fox', 'a hat']);
});
