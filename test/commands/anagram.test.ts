import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { findCommand } from '../../commands/lib/find-command.ts';
import { type Job, UserError } from '../../gpu/jobs/index.ts';
import { drawFilm } from '../fakes/draw-film.ts';
import { bands } from '../fakes/fake-runner.ts';
import { memoryBlobs } from '../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from './typed.ts';

describe('the job of /anagram', () => {
	test('has two prompts and flip by default, or more', async () => {
		expect(await jobTyped('anagram "a tree" "a fire"')).toMatchObject({
			prompts: ['a tree', 'a fire'],
			views: ['flip'],
		});
		expect(await jobTyped('anagram "a tree" "a fire" "a dog" --view jigsaw,Negate')).toMatchObject({
			prompts: ['a tree', 'a fire', 'a dog'],
			views: ['jigsaw', 'negate'],
		});
		expect(await jobTyped('anagram a b c d --view "rotate_cw, rotate_180 rotate_ccw"')).toMatchObject({
			prompts: ['a', 'b', 'c', 'd'],
			views: ['rotate_cw', 'rotate_180', 'rotate_ccw'],
		});
	});

	test.each([
		['anagram a b c', '3 prompts need 2 views (the first prompt is upright), not 1: flip.'],
		['anagram a b --view flip,skew', '2 prompts need one view (the first prompt is upright), not 2: flip, skew.'],
		['anagram a b c --view skew,skew', 'The view skew is named twice'],
		['anagram a b --view blur', 'got "blur", which cannot work: a blur averages away the noise'],
		['anagram a b --view rotate_45', 'got "rotate_45", which cannot work: only quarter turns'],
		['anagram a b --view jigsw', 'got "jigsw" (did you mean "jigsaw"?).'],
		['anagram a b c d --view flip,skew,negate,jigsaw', 'view must be 1 to 3 of flip, '],
	])('%s is rejected in one sentence', async (line, sentence) => {
		const refusal = await jobTyped(line).catch((error) => error);
		expect(refusal).toBeInstanceOf(UserError);
		expect(refusal.message).toContain(sentence);
		expect(refusal.message.length).toBeLessThan(300);
	});
});

test('Flip cycles through the readings', async () => {
	const blobs = memoryBlobs();
	const image = { blob: await blobs.put(await bands(3, 1)), width: 32, height: 32, seed: 3 };
	const result = { images: [image], notes: [] };
	let job: Job | undefined;
	const first = await runTyped(
		'anagram "a tree" "a fire" "a dog" --view rotate_cw,negate --seed 3',
		async (asked) => {
			job = asked;
			return result;
		},
		blobs,
	);
	const { flip } = findCommand(commands, 'anagram').actions!;
	const replies = [first];
	for (let i = 0; i < 3; i++) {
		const { index } = replies[i].buttons![0];
		const next = await flip({ job: job!, result, options: {}, blobs, film: drawFilm, index: index! });
		if ('command' in next) throw new Error('expected a reply');
		replies.push(next);
	}
	expect(replies.map(({ text }) => text.split(':')[0])).toEqual([
		'“a tree” (upright), also “a fire” and “a dog”',
		'“a fire” (seen through the view rotate_cw), also “a tree” and “a dog”',
		'“a dog” (seen through the view negate), also “a tree” and “a fire”',
		'“a tree” (upright), also “a fire” and “a dog”',
	]);
	expect(replies.map(({ figures: [{ filename }] }) => filename)).toEqual([
		'anagram-3.png',
		'anagram-3-rotate_cw.png',
		'anagram-3-negate.png',
		'anagram-3.png',
	]);
	const pixels = (reply: (typeof replies)[0]) => sharp(reply.figures[0].bytes).raw().toBuffer();
	const [upright, turned, negative, again] = await Promise.all(replies.map(pixels));
	expect(turned).toEqual(await sharp(first.figures[0].bytes).rotate(90).raw().toBuffer());
	expect(negative).toEqual(Buffer.from(upright.map((value) => 255 - value)));
	expect(again).toEqual(upright);
});
