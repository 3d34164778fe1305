import { describe, expect, test } from 'vitest';
import { type Job, seedOf, UserError } from '../../gpu/jobs/index.ts';
import { DECOMPOSITION_NAMES, DECOMPOSITIONS } from '../../gpu/views/index.ts';
import { bands } from '../fakes/fake-runner.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from './typed.ts';

const picture = 'a'.repeat(64);

describe('the job of /hybrid', () => {
	test('has a far and a near prompt, by frequency and with diffusers’ sampler', async () => {
		const job = await jobTyped('hybrid "a skull" "a waterfall"');
		expect(job).toMatchObject({ kind: 'hybrid', prompts: ['a skull', 'a waterfall'], decomposition: 'frequency' });
		expect(job).toMatchObject({ sampler: 'ddpm' });
		for (const absent of ['sigma', 'kernel', 'reference', 'referenceComponent']) expect(job).not.toHaveProperty(absent);
	});

	test('takes three prompts for a triple, and a filter', async () => {
		expect(await jobTyped('hybrid a b c --kind triple --sigma 3 --kernel 21')).toMatchObject({
			prompts: ['a', 'b', 'c'],
			decomposition: 'triple',
			sigma: 3,
			kernel: 21,
		});
	});

	test.each(DECOMPOSITION_NAMES)('takes a prompt for each component of a %s', async (kind) => {
		const prompts = DECOMPOSITIONS[kind].components.map(({ name }) => name);
		expect(await jobTyped(`hybrid ${prompts.join(' ')} --kind ${kind}`)).toMatchObject({ prompts });
	});

	test('takes a reference for a prompt', async () => {
		expect(await jobTyped('hybrid a --reference cat.png')).toMatchObject({ prompts: ['a'], reference: picture });
		expect(await jobTyped('hybrid a --reference cat.png --kind color --component color')).toMatchObject({
			prompts: ['a'],
			decomposition: 'color',
			reference: picture,
			referenceComponent: 1,
		});
	});

	test.each([
		['hybrid a', '/hybrid needs prompt2 too: a text of at most 1000 characters'],
		['hybrid a b c', 'A hybrid of the kind frequency needs 2 prompts (low, high), not 3.'],
		['hybrid a b --kind triple', 'A hybrid of the kind triple needs 3 prompts (low, mid, high), not 2.'],
		['hybrid a b --reference cat.png', 'with a reference needs one prompt (high), not 2.'],
		['hybrid a b --kernel 32', 'kernel must be an odd whole number from 3 to 127'],
		['hybrid a b --kernel 1', 'kernel must be a whole number from 3 to 127'],
		['hybrid a b --sigma 40', 'sigma must be a number from 0.1 to 16'],
		['hybrid a b --kind color --sigma 2', 'A hybrid of the kind color has no sigma; leave it out.'],
		[
			'hybrid a b --kind colour',
			'kind must be one of frequency, triple, color, motion; got "colour" (did you mean "color"?).',
		],
		['hybrid a b --component low', 'component says what a reference replaces'],
		[
			'hybrid a --reference cat.png --component grey',
			'A hybrid of the kind frequency has no component "grey"; it has low and high.',
		],
		['hybrid --kind triple', 'A hybrid of the kind triple needs 3 prompts'],
	])('%s is rejected in one sentence', async (line, sentence) => {
		const refusal = await jobTyped(line).catch((error) => error);
		expect(refusal).toBeInstanceOf(UserError);
		expect(refusal.message).toContain(sentence);
	});
});

test.each([
	[
		'hybrid "a skull" "a waterfall" --seed 3',
		'From afar “a skull”, close up “a waterfall”: sigma 2, kernel 33, seed 3',
	],
	['hybrid a b --kind color', 'In greys “a”, in colour “b”: seed 77'],
	['hybrid a --reference cat.png --kind motion', 'In motion the reference, standing still “a”: kernel 7, seed 77'],
])('the reply to %s says how to look at it, and how it was made', async (line, text) => {
	const blobs = memoryBlobs();
	const image = { blob: await blobs.put(await bands(3, 1)), width: 32, height: 32 };
	const perform = async (job: Job) => ({ images: [{ ...image, seed: seedOf(job)! }], notes: ['A note.'] });
	const reply = await runTyped(line, perform, blobs);
	expect(reply.text).toContain(text);
	expect(reply.text).toMatch(/\. A note\.$/);
	expect(reply.figures).toHaveLength(1);
	const [{ alt, filename, width }] = reply.figures;
	expect(filename).toMatch(/^hybrid-\d+\.png$/);
	expect(width).toBe(256);
	expect(alt).toMatch(/^A hybrid picture of the kind \w+: it should show \w+/);
});

test.each([
	['hybrid a b --tries 2', ['seed 3, score 90 %, “b”; from afar, “a”']],
	['hybrid a b c --kind triple --tries 2', ['“c”; from some way off, “b”; from afar, “a”']],
	['hybrid a b --kind color --tries 2', ['“b”; in greys, “a”']],
	['hybrid a --reference cat.png --kind motion --tries 2', ['“a”; in motion, the reference']],
])('several tries at %s are shown in all readings', async (line, readings) => {
	const blobs = memoryBlobs();
	const image = { blob: await blobs.put(await bands(3, 1)), width: 32, height: 32, seed: 3, score: 0.9 };
	const { figures } = await runTyped(line, async () => ({ images: [image, image], notes: [] }), blobs);
	for (const reading of readings) expect(figures[0].alt.split(reading)).toHaveLength(3);
});
