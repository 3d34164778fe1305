import { beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../commands/index.ts';
import type { Reply } from '../../../commands/lib/command.ts';
import { findCommand } from '../../../commands/lib/find-command.ts';
import { describeTry } from '../../../commands/lib/tries.ts';
import type { Job, JobResult } from '../../../gpu/jobs/index.ts';
import { drawFilm } from '../../fakes/draw-film.ts';
import { bands } from '../../fakes/fake-runner.ts';
import { memoryBlobs } from '../../fakes/memory-blobs.ts';
import { jobTyped, runTyped } from '../typed.ts';

const indexOf = ({ buttons }: Reply, action: string) => buttons!.find((button) => button.action === action)?.index;

test.each(['anagram', 'hybrid'])('/%s makes as many tries as asked for, one by default', async (name) => {
	expect(await jobTyped(`${name} a b --tries 8`)).toMatchObject({ tries: 8 });
	for (const line of [`${name} a b`, `${name} a b --tries 1`]) expect(await jobTyped(line)).not.toHaveProperty('tries');
	for (const tries of ['0', '17', '2.5']) {
		await expect(jobTyped(`${name} a b --tries ${tries}`)).rejects.toThrow('tries must be a whole number from 1 to 16');
	}
});

describe.each([
	['anagram', 'anagram "a tree" "a fire" --tries 5 --seed 3'],
	['hybrid', 'hybrid "a tree" "a fire" --tries 5 --seed 3'],
])('several tries at /%s', (name, line) => {
	const blobs = memoryBlobs();
	const seeds = [6, 3, 7, 5, 4]; // the best first
	let result: JobResult;
	let job: Job;
	let reply: Reply;
	beforeAll(async () => {
		const images = seeds.map(async (seed, place) => {
			const blob = await blobs.put(await bands(seed, 1));
			return { blob, width: 32, height: 32, seed, score: 0.9 - place / 10 };
		});
		result = { images: await Promise.all(images), notes: ['A note.'] };
		const perform = async (asked: Job) => {
			job = asked;
			return result;
		};
		reply = await runTyped(line, perform, blobs);
	});
	const press = async (action: string, index = 0): Promise<Reply> => {
		const next = await findCommand(commands, name).actions![action]({
			job,
			result,
			options: {},
			blobs,
			film: drawFilm,
			index,
		});
		if ('command' in next) throw new Error('expected a reply');
		return next;
	};

	test('are shown as a sheet of the best four, with how to make the best one alone', () => {
		expect(reply.figures).toHaveLength(1);
		expect(reply.figures[0]).toMatchObject({ filename: `${name}-6-best-of-5.png`, type: 'image/png' });
		expect(reply.text.split('The best of 5 tries: ')[1]).toContain("seed 6, the course's timesteps");
		const ranking = 'seed 6, score 90 %; seed 3, score 80 %; seed 7, score 70 %; seed 5, score 60 %.';
		expect(reply.text).toContain(`Scores by the model itself: ${ranking}`);
		expect(reply.text).toMatch(/A note\.$/);
		for (const words of ['“a tree”', '“a fire”', 'Row 1: seed 6, score 90 %', 'Row 2: seed 7, score 70 %']) {
			expect(reply.figures[0].alt).toContain(words);
		}
	});

	test('can be shown one by one, with their seeds, and upscaled', async () => {
		expect(reply.buttons!.map(({ action, index }) => [action, index])).toEqual([
			['show', 0],
			['show', 1],
			['show', 2],
			['show', 3],
		]);
		const second = await press('show', 1);
		expect(second.figures[0].filename).toBe(`${name}-3.png`);
		expect(second.text).toContain("seed 3, the course's timesteps");
		expect(indexOf(second, 'upscale')).toBe(1);
		expect(second.buttons!.at(-1)).toMatchObject({ action: 'sheet' });
		expect(await press('sheet')).toMatchObject({ text: reply.text, buttons: reply.buttons });
	});
});

test('Flip flips the try that is shown', async () => {
	const blobs = memoryBlobs();
	const images = [9, 8].map(async (seed) => {
		return { blob: await blobs.put(await bands(seed, 1)), width: 32, height: 32, seed, score: seed / 10 };
	});
	const result = { images: await Promise.all(images), notes: [] };
	const { show, flip } = findCommand(commands, 'anagram').actions!;
	const job = await jobTyped('anagram "a tree" "a fire" --tries 2 --seed 8');
	const files: string[] = [];
	let reply = await show({ job, result, options: {}, blobs, film: drawFilm, index: 1 });
	for (let presses = 0; presses < 3; presses++) {
		if ('command' in reply) throw new Error('expected a reply');
		files.push(reply.figures[0].filename);
		expect(indexOf(reply, 'upscale')).toBe(1);
		expect(reply.buttons!.at(-1)).toMatchObject({ action: 'sheet' });
		reply = await flip({ job, result, options: {}, blobs, film: drawFilm, index: indexOf(reply, 'flip')! });
	}
	expect(files).toEqual(['anagram-8.png', 'anagram-8-flip.png', 'anagram-8.png']);
});

test('scores are whole per cent, and only 1 is 100', () => {
	const image = { blob: 'a'.repeat(64), width: 32, height: 32, seed: 3 };
	expect(describeTry({ ...image, score: 0.9972 })).toBe('seed 3, score 99 %');
	expect(describeTry({ ...image, score: 0.914 })).toBe('seed 3, score 91 %');
});
