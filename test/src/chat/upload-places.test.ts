import { describe, expect, test } from 'vitest';
import { type Command, defineCommand } from '../../../commands/lib/command.ts';
import { takesAddress, uploadPlaces } from '../../../src/chat/upload-places.ts';

const named = (name: string, options: Command['options']) =>
	defineCommand({ name, options, summary: 'S', example: '', run: async () => ({ text: '', figures: [] }) });
const image = { kind: 'image', summary: 'I' } as const;
const file = { kind: 'embeddings', summary: 'E' } as const;
const edit = named('edit', { image, prompt: { kind: 'text', summary: 'P', maxLength: 9, example: 'x' }, mask: image });
const keep = named('keep', { file });
const both = named('both', { image, file });
const registry = [edit, keep, both, named('list', {})];

describe('the files of a message', () => {
	test('go to the options that accept their type, by their names', () => {
		expect(uploadPlaces(edit, ['a.png', 'b.jpg'], registry)).toEqual(['image', 'mask']);
		expect(uploadPlaces(both, ['own.PTH', 'a.png'], registry)).toEqual(['file', 'image']);
		expect(uploadPlaces(keep, ['own.safetensors'], registry)).toEqual(['file']);
		expect(uploadPlaces(edit, ['a photo'], registry)).toEqual(['image']);
		expect(uploadPlaces(edit, [], registry)).toEqual([]);
	});

	test.each([
		[edit, ['a.png', 'b.png', 'c.png'], '/edit takes 2 pictures; remove the others.'],
		[keep, ['a.pth', 'b.pth'], '/keep takes 1 file of embeddings; remove the others.'],
		[keep, ['a.png'], '/keep takes no picture; remove the attachment, or use one of /edit, /both.'],
		[edit, ['a.pth'], '/edit takes no file of embeddings; remove the attachment, or use one of /keep, /both.'],
	] as const)('nowhere else: %#', (command, names, sentence) => {
		expect(() => uploadPlaces(command, names, registry)).toThrow(sentence);
	});
});

test('a bare word for a picture can only be an address', () => {
	const address = 'https://a.example/b.pth';
	expect([takesAddress(image, address), takesAddress(image, 'a'), takesAddress(file, address)]).toEqual([
		true,
		false,
		false,
	]);
});
