/**
 * The bundled model, or one with other weights in the folder EMOJI_IF, and the prompts that it is judged by, for the scripts that
 * draw for the judge.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { samplingParameters } from '../commands/lib/sampling.ts';
import { costOf, type JobOf } from '../gpu/jobs/index.ts';
import { BUNDLED } from '../gpu/models/bundled.ts';
import { ModelLibrary } from '../gpu/models/library.ts';
import { sampling as samplingSchema } from '../gpu/models/model-index.ts';
import { anagram } from '../gpu/pipelines/anagram.ts';
import { textToImage } from '../gpu/pipelines/text-to-image.ts';
import type { OwnSampling } from '../gpu/queue/runner.ts';

/** The seeds of the first prompt and of every pair's first try, as in evaluate.py. */
const PROMPT_SEED = 1000;
export const ANAGRAM_SEED = 30_000;

/** Pictures drawn at the same time. */
const AT_ONCE = 12;

const OURS = join(BUNDLED, 'emoji-if');
const DIRECTORY = process.env.EMOJI_IF ?? OURS;

type PromptRow = readonly [prompt: string, thing: string];
type Pair = readonly [upright: string, uprightThing: string, flipped: string, flippedThing: string];

const prompts = JSON.parse(readFileSync(join(OURS, 'train/prompts.json'), 'utf8')) as {
	readonly 'anagram pairs': readonly Pair[];
	readonly [group: string]: readonly (PromptRow | Pair)[];
};

/** The pairs of prompts for anagrams. */
export const PAIRS = prompts['anagram pairs'];

/** One of the 213 prompts of the model card's tables: what it shows, and its seed. */
export type Row = (typeof ROWS)[number];

const ROWS = Object.entries(prompts)
	.filter(([group]) => group !== 'anagram pairs' && group !== 'new')
	.flatMap(([group, rows]) => rows.map(([prompt, thing]) => ({ group, prompt, thing })))
	.map((row, k) => ({ ...row, seed: PROMPT_SEED + k }));

/** Every second prompt: 0: those with even seeds, which the model's own sampling was chosen by; 1: the others. */
export const halfOf = (offset: number): readonly Row[] => ROWS.filter(({ seed }) => seed % 2 === offset);

const library = new ModelLibrary();
const summary = await library.summarise('emoji-if', DIRECTORY);

/** @param way "own": as model_index.json says; "course": diffusers' DDPM along the course's timesteps; or a sampling as JSON */
export function samplingOf(way: string): OwnSampling | undefined {
	if (way === 'own') return summary.sampling;
	return way === 'course' ? undefined : samplingSchema.parse(JSON.parse(way));
}

/** What a job needs to be sampled in this way. */
export function parametersFor(sampling: OwnSampling | undefined, seed: number, prompts: readonly string[]) {
	const absent = { steps: undefined, eta: undefined, guidance: undefined, embeddings: undefined };
	const open = { ...absent, 'guidance-range': undefined, negative: '', sampler: 'auto', timesteps: 'auto' } as const;
	return samplingParameters({ ...open, seed, model: { ...summary, sampling } }, prompts);
}

/** Draws the rows' prompts for the judge, sampled in this way. */
export async function drawPrompts(
	file: string,
	sampling: OwnSampling | undefined,
	rows: readonly Row[],
): Promise<void> {
	const jobs = rows.map(
		({ prompt, seed }): JobOf<'generate'> => ({
			kind: 'generate',
			prompt,
			count: 1,
			...parametersFor(sampling, seed, [prompt]),
		}),
	);
	await drawForJudge(file, jobs, rows, { name: basename(file), sampling });
}

/**
 * Makes the jobs' pictures on one thread and writes them for the judge: FILE.u8 ([N, 3, 64, 64]) and FILE.json, unless they
 * exist.
 *
 * @param rows what the judge needs to know of each job, in the same order
 */
export async function drawForJudge(
	file: string,
	jobs: readonly (JobOf<'generate'> | JobOf<'anagram'>)[],
	rows: readonly object[],
	about: object = {},
): Promise<void> {
	const { revision } = summary;
	if (existsSync(`${file}.json`)) {
		const before = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as { readonly revision?: string };
		if (before.revision === revision) return;
		throw new Error(`${file}.json is of other weights; choose another name`);
	}
	mkdirSync(dirname(file), { recursive: true });
	const denoiser = await library.open(DIRECTORY, { provider: 'cpu', threads: 1 });
	const context = {
		denoiser,
		loadImage: () => Promise.reject(new Error('a prompt needs no picture')),
		loadBytes: () => Promise.reject(new Error('a prompt needs no picture')),
		signal: new AbortController().signal,
		onStep() {},
	};
	const pictures: Uint8Array[] = [];
	for (let i = 0; i < jobs.length; i += AT_ONCE) {
		const made = await Promise.all(
			jobs
				.slice(i, i + AT_ONCE)
				.map((job) => (job.kind === 'generate' ? textToImage(job, context) : anagram(job, context))),
		);
		pictures.push(...made.map(({ images: [{ pixels }] }) => Uint8Array.from(pixels.data, toByte)));
	}
	await denoiser.close();
	writeFileSync(`${file}.u8`, Buffer.concat(pictures));
	writeFileSync(`${file}.json`, JSON.stringify({ ...about, revision, calls: costOf(jobs[0]), rows }, null, '\t'));
}

/** A value in [-1, 1] as a byte; values outside are clamped. */
const toByte = (value: number) => Math.round(Math.min(1, Math.max(0, value / 2 + 0.5)) * 255);
