import { describe, expect, test } from 'vitest';
import { UserError } from '../../../gpu/jobs/index.ts';
import { expectedOf, type Incoming, LostFile, lostFile, withNames } from '../../../src/uploads/incoming.ts';
import { bands } from '../../fakes/fake-runner.ts';

const specs = {
	image: { kind: 'image', summary: 'I' },
	mask: { kind: 'image', summary: 'M' },
	embeddings: { kind: 'embeddings', summary: 'E' },
	prompt: { kind: 'text', summary: 'P', maxLength: 100, example: 'a' },
} as const;

const fetch = async (address: string) => ({ bytes: Buffer.from(address), name: 'tower.png' });
const sent = (name: string): Incoming => ({ name, fetch: async () => ({ bytes: await bands(1, 1), name }) });

const places = (found: ReturnType<typeof expectedOf>) => found.map(({ option, kind, name }) => [option, kind, name]);

describe('a request waits for', () => {
	test('pictures with a web address, but not for other options', async () => {
		const mask = { blob: 'b'.repeat(64), name: 'mask.png' };
		const given = {
			image: ' HTTPS://example.org/tower.png',
			mask,
			prompt: 'https://example.org/',
			other: 'https://a.b',
		};
		const found = expectedOf(specs, given, {}, fetch);
		expect(places(found)).toEqual([['image', 'image', 'HTTPS://example.org/tower.png']]);
		const { bytes, name } = await found[0].fetch();
		expect([String(bytes), name]).toEqual(['HTTPS://example.org/tower.png', 'tower.png']);
		expect(expectedOf(specs, { embeddings: 'https://example.org/a.pth' }, {}, fetch)).toEqual([]);
	});

	test('attached files, represented by their names until they arrive', () => {
		const files = { mask: sent('my mask.png'), embeddings: sent('dogs.pth') };
		const options = withNames({ image: 'https://example.org/a.png', prompt: 'a' }, files);
		expect(options).toEqual({
			image: 'https://example.org/a.png',
			prompt: 'a',
			mask: 'my mask.png',
			embeddings: 'dogs.pth',
		});
		expect(places(expectedOf(specs, options, files, fetch))).toEqual([
			['image', 'image', 'https://example.org/a.png'],
			['mask', 'image', 'my mask.png'],
			['embeddings', 'embeddings', 'dogs.pth'],
		]);
	});

	test('a file for an option without files, which must not become its text', () => {
		const files = { prompt: sent('sketch.png') };
		expect(places(expectedOf(specs, withNames({}, files), files, fetch))).toEqual([['prompt', 'image', 'sketch.png']]);
	});

	test('no paths, which the check of options rejects', () => {
		expect(expectedOf(specs, { image: 'tower.png' }, {}, fetch)).toEqual([]);
	});
});

describe('an attached file is lost', () => {
	const sentence = 'The bot was stopped before sketch.png had arrived; send it again.';

	test('if the bot restarted before it arrived', () => {
		const find = () => expectedOf(specs, { image: 'sketch.png' }, undefined, fetch);
		expect(find).toThrow(UserError);
		expect(find).toThrow(sentence);
		expect(places(expectedOf(specs, { image: 'https://example.org/a.png' }, undefined, fetch))).toHaveLength(1);
	});

	test('if the bot stops now, but not once it is stored', () => {
		const files = { image: sent('sketch.png') };
		expect(lostFile(withNames({}, files), files)).toEqual(new LostFile('sketch.png'));
		expect(lostFile({ image: { blob: 'b'.repeat(64), name: 'sketch.png' } }, files)).toBeUndefined();
		expect(lostFile({ image: 'https://example.org/a.png' }, {})).toBeUndefined();
	});
});
