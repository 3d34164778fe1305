/**
 * Draws flip anagrams of the 40 pairs of prompts that emoji-if is judged by, in the model's own sampling or any other, for the
 * judge. One thread takes half an hour for 27 tries at 40 calls each.
 *
 *     npx tsx eval/anagrams.ts FOLDER NAME own --tries 27        see samplers.ts for other ways
 *     python assets/models/emoji-if/train/judge_pictures.py FOLDER
 *
 * Writes FOLDER/NAME.u8 ([40 x tries, 3, 64, 64], a pair's tries together) and FOLDER/NAME.json, unless they exist.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JobOf } from '../gpu/jobs/index.ts';
import { ANAGRAM_SEED, drawForJudge, PAIRS, parametersFor, samplingOf } from './emoji-if.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { tries: { type: 'string', default: '8' } },
});
const [folder, name, way] = positionals;
const tries = Number(values.tries);
const sampling = samplingOf(way);
const jobs = PAIRS.flatMap(([upright, , flipped]) =>
	Array.from({ length: tries }, (_, k): JobOf<'anagram'> => {
		const prompts = [upright, flipped];
		return { kind: 'anagram', prompts, views: ['flip'], ...parametersFor(sampling, ANAGRAM_SEED + k, prompts) };
	}),
);
const pairs = PAIRS.map(([, upright, , flipped]) => [upright, flipped]);
await drawForJudge(join(folder, name), jobs, pairs, { name, tries });
