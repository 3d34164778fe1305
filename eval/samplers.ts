/**
 * Draws the prompts that emoji-if is judged by, with any sampling, for the judge. One thread takes about two minutes for
 * half of the prompts at 20 calls each.
 *
 *     npx tsx eval/samplers.ts FOLDER NAME own                    as model_index.json says
 *     npx tsx eval/samplers.ts FOLDER NAME course                 diffusers' DDPM along the course's timesteps
 *     npx tsx eval/samplers.ts FOLDER NAME '{"sampler": "ddpm", "timesteps": [990, 500, 0], "clips": true, "startColour": 0.8}'
 *     python assets/models/emoji-if/train/judge_pictures.py FOLDER
 *
 * Draws every second prompt, starting at --offset 0 or 1. Writes FOLDER/NAME.u8 ([N, 3, 64, 64]) and FOLDER/NAME.json, unless
 * they exist.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawPrompts, halfOf, samplingOf } from './emoji-if.ts';

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { offset: { type: 'string', default: '0' }, words: { type: 'string', default: '' } },
});
const [folder, name, way] = positionals;
const rows = halfOf(Number(values.offset)).filter(({ prompt }) => new RegExp(values.words).test(prompt));
await drawPrompts(join(folder, name), samplingOf(way), rows);
