/**
 * Draws the prompts that emoji-if is judged by, with any sampling, for the judge. Two cores take about a quarter of an hour
 * for half of the prompts at 22 calls each.
 *
 *     npx tsx eval/samplers.ts FOLDER NAME own                    as model_index.json says
 *     npx tsx eval/samplers.ts FOLDER NAME course                 diffusers' DDPM along the course's timesteps
 *     npx tsx eval/samplers.ts FOLDER NAME '{"sampler": "ddpm", "timesteps": [990, 500, 0], "clips": true, "startColour": 0.8}'
 *     python assets/models/emoji-if/train/judge_pictures.py FOLDER
 *
 * Draws every second prompt, starting at --offset 0 or 1. Writes FOLDER/NAME.u8 ([N, 3, 64, 64]) and FOLDER/NAME.json, unless
 * they exist.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { samplingParameters } from '../commands/lib/sampling.ts';
import { costOf, type JobOf } from '../gpu/jobs/index.ts';
import { BUNDLED } from '../gpu/models/bundled.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { sampling as samplingSchema } from '../gpu/models/model-index.ts';
import { textToImage } from '../gpu/pipelines/text-to-image.ts';

/** The seed of the first prompt, as in evaluate.py. */
const SEED = 1000;

/** Prompts drawn at the same time. */
const AT_ONCE = 12;

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: { offset: { type: 'string', default: '0' }, words: { type: 'string', default: '' } },
});
const [folder, name, way] = positionals;
const file = join(folder, name);
if (existsSync(`${file}.json`)) process.exit();
mkdirSync(folder, { recursive: true });

const {
	'anagram pairs': _,
	new: __,
	...groups
} = JSON.parse(readFileSync(join(BUNDLED, 'emoji-if/train/prompts.json'), 'utf8')) as Record<
	string,
	[prompt: string, thing: string][]
>;
const rows = Object.entries(groups)
	.flatMap(([group, prompts]) => prompts.map(([prompt, thing]) => ({ group, prompt, thing })))
	.map((row, k) => ({ ...row, seed: SEED + k }))
	.filter(({ seed, prompt }) => seed % 2 === Number(values.offset) && new RegExp(values.words).test(prompt));

const library = new ModelLibrary();
const directory = join(BUNDLED, 'emoji-if');
const summary = await library.summarise('emoji-if', directory);
const sampling =
	way === 'own' ? summary.sampling : way === 'course' ? undefined : samplingSchema.parse(JSON.parse(way));
const jobOf = ({ prompt, seed }: (typeof rows)[number]): JobOf<'generate'> => {
	const absent = { steps: undefined, eta: undefined, guidance: undefined, embeddings: undefined };
	const open = { ...absent, 'guidance-range': undefined, negative: '', sampler: 'auto', timesteps: 'auto' } as const;
	const parameters = samplingParameters({ ...open, seed, model: { ...summary, sampling } }, [prompt]);
	return { kind: 'generate', prompt, count: 1, ...parameters };
};

const denoiser = await library.open(directory, { provider: 'cpu', threads: 1 });
const context = {
	denoiser,
	loadImage: () => Promise.reject(new Error('a prompt needs no picture')),
	loadBytes: () => Promise.reject(new Error('a prompt needs no picture')),
	signal: new AbortController().signal,
	onStep() {},
};
/** A value in [-1, 1] as a byte; values outside are clamped. */
const toByte = (value: number) => Math.round(Math.min(1, Math.max(0, value / 2 + 0.5)) * 255);
const pictures: Uint8Array[] = [];
for (let i = 0; i < rows.length; i += AT_ONCE) {
	const made = await Promise.all(rows.slice(i, i + AT_ONCE).map((row) => textToImage(jobOf(row), context)));
	pictures.push(...made.map(({ images: [{ pixels }] }) => Uint8Array.from(pixels.data, toByte)));
}
writeFileSync(`${file}.u8`, Buffer.concat(pictures));
writeFileSync(`${file}.json`, JSON.stringify({ name, sampling, calls: costOf(jobOf(rows[0])), rows }, null, '\t'));
await denoiser.close();
